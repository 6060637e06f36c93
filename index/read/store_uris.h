// SPDX-License-Identifier: Apache-2.0
// The URIs in the store of files that lie on this host.
#pragma once

#include <string>

#include "engines/store_uris.h"
#include "index/read/reader.h"

namespace checkpointfs::index {

// Returns the mappings of the index, backwards. Of two with one directory, the one that snapshots name files
// by goes first.
engines::StoreUris store_uris(Reader& reader);

// Returns the URI of the file in its store.
std::string uri_in_store(const engines::StoreUris& uris, const FileLocation& file);

// Returns the reason why the file is not kOk, with the advice of its store.
std::string reason_in_store(const engines::StoreUris& uris, const FileLocation& file);

}  // namespace checkpointfs::index
