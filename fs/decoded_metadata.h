// SPDX-License-Identifier: Apache-2.0
// A snapshot's own `_metadata`, read and decoded now.
#pragma once

#include <memory>

#include "flink/metadata.h"
#include "fs/roots.h"
#include "index/metadata_file.h"
#include "index/types.h"

namespace checkpointfs::fs {

struct DecodedMetadata {
  index::MetadataFile file;
  flink::Metadata metadata;  // views into file.bytes
};

// Throws SystemError(EIO) with the reason if the snapshot is incomplete or unreadable, or if its metadata is
// not the one that was indexed.
std::unique_ptr<const DecodedMetadata> decode_metadata(const index::Snapshot& snapshot, const Roots& roots);

// The error of a `_metadata` that cannot be shown.
[[noreturn]] void refuse_metadata(const index::Snapshot& snapshot, std::string_view reason);

}  // namespace checkpointfs::fs
