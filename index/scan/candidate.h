// SPDX-License-Identifier: Apache-2.0
// Candidate: a snapshot that a scan has found, and what the scan has to do with it.
#pragma once

#include <cstdint>
#include <future>
#include <memory>

#include "index/scan/prepared_metadata.h"
#include "index/scan/snapshot_indexer.h"
#include "storage/walk.h"

namespace checkpointfs::index {

struct Candidate {
  enum class Kind : uint8_t {
    kChanged,   // new, or its `_metadata` is not the one in the index
    kShadowed,  // unchanged, but a sub-directory has the name of one of its projected files
    kKnown,     // unchanged
    kStale,     // a row of the index that another change of this scan made stale
  };

  Kind kind = Kind::kChanged;
  SnapshotIndexer::Target target;
  std::shared_ptr<storage::FoundDirectory> directory;          // null: kStale, the row is there
  std::future<std::unique_ptr<PreparedMetadata>> preparation;  // valid if it was begun ahead

  // Its `_metadata` must be read.
  bool is_read() const { return kind != Kind::kKnown; }
};

}  // namespace checkpointfs::index
