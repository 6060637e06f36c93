// SPDX-License-Identifier: Apache-2.0
#include "self_contained.h"

#include <set>

#include "base/text/message.h"
#include "tests/support/files.h"
#include "flink/decode.h"

namespace checkpointfs::test {

std::string not_self_contained(const std::string& directory) {
  const std::string bytes = read_file(directory + "/_metadata");
  const auto metadata = flink::decode(bytes);
  if (!metadata) return to_string(metadata.error());

  std::set<std::string> used = {"_metadata"};
  for (const flink::FileHandle& handle : metadata->files) {
    const std::string name(handle.path);
    if (handle.tag != flink::StreamTag::kRelative)
      return base::format("{}: the handle is {}", name, to_string(handle.tag));
    if (name.find('/') != std::string::npos) return base::format("{}: not beside the metadata", name);
    struct stat st = {};
    if (::lstat((directory + "/" + name).c_str(), &st) != 0) return base::format("{}: not there", name);
    if (!S_ISREG(st.st_mode)) return base::format("{}: not a regular file", name);
    if (handle.size_is_exact() && st.st_size != handle.size) {
      return base::format("{}: {} bytes, the handle says {}", name, st.st_size, handle.size);
    }
    used.insert(name);
  }
  for (const flink::IncrementalHandle& handle : metadata->incrementals) {
    if (handle.shared_count != 0)
      return base::format("an incremental handle has {} shared files", handle.shared_count);
  }
  if (!metadata->segment_operators.empty()) return "an operator handle of file merging is left";
  for (const std::string& name : names_in(directory)) {
    if (!used.contains(name)) return base::format("{}: no handle names it", name);
  }
  return "";
}

}  // namespace checkpointfs::test
