// SPDX-License-Identifier: Apache-2.0
// MetadataPreparer: threads that read and prepare `_metadata` files ahead of the thread that writes rows.
#pragma once

#include <future>
#include <memory>
#include <optional>

#include "base/threads/task_pool.h"
#include "index/scan/prepared_metadata.h"
#include "index/scan/scan_context.h"
#include "index/scan/snapshot_indexer.h"

namespace checkpointfs::index {

class MetadataPreparer {
 public:
  using Future = std::future<std::unique_ptr<PreparedMetadata>>;

  // REQUIRES: `scan` outlives it.
  explicit MetadataPreparer(ScanContext& scan);

  // Begins to prepare the snapshot's metadata. Not valid() if the metadata is large: preparing it ahead would
  // take the memory twice.
  Future begin(const SnapshotIndexer::Target& target);
  // Waits for `begun`, or prepares the metadata now if that is not valid(). Null: its root is silent.
  std::unique_ptr<PreparedMetadata> get(const SnapshotIndexer::Target& target, Future begun);
  // Frees it in a thread where time is not short.
  void free(std::unique_ptr<PreparedMetadata> prepared);

 private:
  class Spare;
  std::optional<base::Result<storage::MetadataFile>> read(const storage::Location& location);

  ScanContext& scan_;
  const std::shared_ptr<Spare> spare_;
  base::TaskPool readers_;
  base::TaskPool preparers_;
};

}  // namespace checkpointfs::index
