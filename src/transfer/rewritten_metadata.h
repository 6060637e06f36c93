// SPDX-License-Identifier: Apache-2.0
// The `_metadata` of a copy of a snapshot: the one that the mount shows, read and rewritten now.
#pragma once

#include <sys/stat.h>

#include <string>

#include "flink/rewrite.h"
#include "index/read/reader.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::transfer {

struct RewrittenMetadata {
  struct stat directory = {};  // of the snapshot
  struct stat metadata = {};   // of its own `_metadata`
  std::string text;
};

// `name_of`: as of projected_names(). Throws Failure(kSource) if the snapshot is gone, Failure(kInput) if
// its metadata cannot be read or rewritten, or is not the one that was indexed.
RewrittenMetadata rewrite_metadata(index::Reader& reader, const index::Snapshot& snapshot,
                                   const flink::Form& form, const storage::NameOf& name_of = {});

// Throws Failure(kBroken) or Failure(kInput) if a copy of the snapshot would not restore.
void require_sound(const index::Snapshot& snapshot);

}  // namespace checkpointfs::transfer
