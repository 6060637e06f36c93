// SPDX-License-Identifier: Apache-2.0
#include "index/read/store_uris.h"

namespace checkpointfs::index {

engines::StoreUris store_uris(Reader& reader) {
  const std::vector<storage::Mapping> mappings = reader.mappings();
  engines::StoreUris uris(mappings);
  for (const storage::Mapping& mapping : mappings) {
    if (reader.references().names_below(mapping.uri_prefix)) uris.note_used(mapping.uri_prefix);
  }
  return uris;
}

}  // namespace checkpointfs::index
