// SPDX-License-Identifier: Apache-2.0
#include "self_contained.h"

#include <set>

#include "base/text/concat.h"
#include "files.h"
#include "flink/decode.h"

namespace checkpointfs::test {

using base::concat;

std::string not_self_contained(const std::string& directory) {
  const std::string bytes = read_file(directory + "/_metadata");
  const auto metadata = flink::decode(bytes);
  if (!metadata) return to_string(metadata.error());

  std::set<std::string> used = {"_metadata"};
  for (const flink::FileHandle& handle : metadata->files) {
    const std::string name(handle.path);
    if (handle.tag != flink::StreamTag::kRelative)
      return concat(name, ": the handle is ", to_string(handle.tag));
    if (name.find('/') != std::string::npos) return concat(name, ": not beside the metadata");
    struct stat st = {};
    if (::lstat((directory + "/" + name).c_str(), &st) != 0) return concat(name, ": not there");
    if (!S_ISREG(st.st_mode)) return concat(name, ": not a regular file");
    if (handle.size_is_exact() && st.st_size != handle.size) {
      return concat(name, ": ", st.st_size, " bytes, the handle says ", handle.size);
    }
    used.insert(name);
  }
  for (const flink::IncrementalHandle& handle : metadata->incrementals) {
    if (handle.shared_count != 0)
      return concat("an incremental handle has ", handle.shared_count, " shared files");
  }
  if (!metadata->segment_operators.empty()) return "an operator handle of file merging is left";
  for (const std::string& name : names_in(directory)) {
    if (!used.contains(name)) return concat(name, ": no handle names it");
  }
  return "";
}

}  // namespace checkpointfs::test
