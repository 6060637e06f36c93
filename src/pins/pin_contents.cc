// SPDX-License-Identifier: Apache-2.0
#include "pins/pin_contents.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "flink/decode.h"
#include "flink/rewrite.h"
#include "storage/metadata_file.h"

namespace checkpointfs::pins {

base::Result<PinContents> read_pin_contents(int directory) {
  const base::Result<storage::MetadataFile> file = storage::read_metadata_file(directory, "");
  if (!file) return file.error();
  const base::Result<flink::Metadata> metadata = flink::decode(file->bytes);
  if (!metadata) return metadata.error();
  PinContents contents;
  contents.checkpoint_id = metadata->checkpoint_id;
  for (const flink::FileHandle& handle : metadata->files) {
    const auto name = base::utf8_from_modified(handle.path);
    if (handle.tag != flink::StreamTag::kRelative || !name || !flink::name_problem(*name).empty()) {
      return base::InputError{handle.offset, "path", "names a file that does not lie beside the metadata"};
    }
    int64_t& size = contents.files.try_emplace(*name, -1).first->second;
    if (handle.size_is_exact()) size = handle.size;
  }
  return contents;
}

std::string pin_problem(int directory) {
  const base::Result<PinContents> contents = read_pin_contents(directory);
  if (!contents) return base::format("_metadata: {}", base::to_string(contents.error()));
  for (const auto& [name, size] : contents->files) {
    struct stat st = {};
    if (::fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode)) {
      return base::format("{}: there is no such file", name);
    }
    if (size >= 0 && st.st_size != size) {
      return base::format("{}: it has {} bytes instead of {}", name, st.st_size, size);
    }
  }
  return "";
}

}  // namespace checkpointfs::pins
