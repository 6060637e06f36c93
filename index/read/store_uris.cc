// SPDX-License-Identifier: Apache-2.0
#include "index/read/store_uris.h"

#include "base/path.h"
#include "base/text/message.h"
#include "storage/state_file.h"

namespace checkpointfs::index {

engines::StoreUris store_uris(Reader& reader) {
  const std::vector<storage::Mapping> mappings = reader.mappings();
  engines::StoreUris uris(mappings);
  for (const storage::Mapping& mapping : mappings) {
    if (reader.references().names_below(mapping.uri_prefix)) uris.note_used(mapping.uri_prefix);
  }
  return uris;
}

std::string uri_in_store(const engines::StoreUris& uris, const FileLocation& file) {
  return uris.named(file.uri, file.root.id == 0 ? "" : base::join(file.root.path, file.path));
}

std::string reason_in_store(const engines::StoreUris& uris, const FileLocation& file) {
  const bool is_short =
      file.status == storage::FileStatus::kWrongSize && file.file_size < file.start + file.length;
  const std::string advice = is_short ? storage::short_file_advice(uri_in_store(uris, file)) : "";
  return advice.empty() ? file.reason : base::format("{}; {}", file.reason, advice);
}

}  // namespace checkpointfs::index
