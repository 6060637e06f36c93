// SPDX-License-Identifier: Apache-2.0
// The rewritten `_metadata` of snapshots: made when somebody opens one, kept for a while.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "flink/metadata.h"
#include "flink/rewrite.h"
#include "index/database/types.h"

namespace checkpointfs::fs {

class MountRoots;

inline constexpr uint64_t kMetadataBudget = 16 << 20;  // bytes of a cache, where nobody needs another

// Thread-safe.
class MetadataCache {
 public:
  using Text = std::shared_ptr<const std::string>;

  // The name of each of Metadata::files, as flink::rewrite wants them. May throw SystemError(EIO).
  using Names = std::function<std::vector<std::string>(const index::Snapshot&, const flink::Metadata&)>;

  // Keeps the newest texts as long as they are at most `budget` bytes together; open files keep theirs
  // anyway.
  MetadataCache(flink::Form form, Names names, uint64_t budget);

  // Whether size() differs from what the index says of a `_metadata`.
  bool size_depends_on_path() const { return form_.kind == flink::FormKind::kAbsolute; }

  // Length in bytes of the rewritten metadata of `snapshot`; of a snapshot that cannot be rewritten, of the
  // original.
  uint64_t size(const index::Snapshot& snapshot) const;

  // The rewritten metadata. Throws SystemError(EIO) with the reason if the snapshot is incomplete or
  // unreadable, or if its metadata is not the one that was indexed.
  Text get(const index::Snapshot& snapshot, const MountRoots& roots);

  // How often get() had the text at hand, and how often not.
  uint64_t hits() const { return hits_; }
  uint64_t misses() const { return misses_; }

 private:
  flink::Form form_of(const index::Snapshot& snapshot) const;
  Text make(const index::Snapshot& snapshot, const MountRoots& roots) const;
  Text find(int64_t snapshot);
  void keep(int64_t snapshot, const Text& text);

  flink::Form form_;
  Names names_;
  uint64_t budget_;
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint64_t> misses_ = 0;
  std::mutex mutex_;                          // guards what follows; never held across a system call
  std::list<std::pair<int64_t, Text>> kept_;  // newest first
  uint64_t kept_bytes_ = 0;
};

}  // namespace checkpointfs::fs
