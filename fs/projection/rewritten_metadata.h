// SPDX-License-Identifier: Apache-2.0
// A snapshot's own `_metadata`, read and decoded now beneath the roots of a mount.
#pragma once

#include <memory>

#include "fs/projection/mount_roots.h"
#include "index/read/decoded_metadata.h"

namespace checkpointfs::fs {

using index::refuse_metadata;

// See index::decode_metadata.
inline std::unique_ptr<const index::DecodedMetadata> decode_metadata(const index::Snapshot& snapshot,
                                                                     const MountRoots& roots) {
  return index::decode_metadata(snapshot, roots.directory(snapshot.source.id));
}

}  // namespace checkpointfs::fs
