// SPDX-License-Identifier: Apache-2.0
// The URIs in the store of files that lie on this host.
#pragma once

#include "index/read/reader.h"
#include "engines/store_uris.h"

namespace checkpointfs::index {

// Returns the mappings of the index, backwards. Of two with one directory, the one that snapshots name files
// by goes first.
engines::StoreUris store_uris(Reader& reader);

}  // namespace checkpointfs::index
