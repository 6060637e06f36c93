// SPDX-License-Identifier: Apache-2.0
// The `_metadata` of a copy of a snapshot: the one that the mount shows, read and rewritten now.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>

#include "flink/rewrite.h"
#include "index/read/reader.h"
#include "transfer/handle_names.h"

namespace checkpointfs::transfer {

// The snapshot as it is now.
struct SnapshotStats {
  struct stat directory = {};
  struct stat metadata = {};  // of its own `_metadata`
};

// Throws Failure(kSource) if the snapshot is gone, Failure(kInput) if its metadata cannot be read, or is not
// the one that was indexed.
SnapshotStats stat_snapshot(const index::Snapshot& snapshot);

// Calls `take` for the parts of the rewritten metadata, one after the other; each was decoded again and
// compared with the original. Of a metadata with many subtasks, that of one subtask is in memory. Throws as
// stat_snapshot(), and Failure(kInput) if the metadata cannot be rewritten: the parts that were taken are
// worth nothing then. REQUIRES: the snapshot is sound.
void rewrite_metadata(index::Reader& reader, const index::Snapshot& snapshot, const flink::Form& form,
                      const NameOf& name_of, const std::function<void(std::string_view)>& take);

// The same as one text.
std::string rewritten_metadata(index::Reader& reader, const index::Snapshot& snapshot,
                               const flink::Form& form, const NameOf& name_of = {});

// Throws Failure(kBroken) or Failure(kInput) if a copy of the snapshot would not restore.
void require_sound(const index::Snapshot& snapshot);

}  // namespace checkpointfs::transfer
