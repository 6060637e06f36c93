// SPDX-License-Identifier: Apache-2.0
#include "tests/support/handmade.h"

namespace checkpointfs::test {

std::string metadata_of(const std::vector<std::string>& handles) {
  MetadataBuilder builder(4);
  builder.op({.parallelism = static_cast<int32_t>(handles.size()), .max_parallelism = 32'768});
  for (const std::string& handle : handles)
    builder.subtask({.managed_operator = partitionable({{}}, handle)});
  return builder.bytes();
}

std::string Handmade::add(std::string_view name, std::string_view bytes) const {
  write_file(*this / name, bytes);
  return file(uri(name), static_cast<int64_t>(bytes.size()));
}

void Handmade::add_snapshot(std::string_view directory, const std::vector<std::string>& handles) const {
  write_file(*this / (std::string(directory) + "/_metadata"), metadata_of(handles));
}

}  // namespace checkpointfs::test
