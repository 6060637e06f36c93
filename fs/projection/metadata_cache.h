// SPDX-License-Identifier: Apache-2.0
// A cache of rewritten `_metadata`, which are made when they are opened.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/lru_cache.h"
#include "flink/metadata.h"
#include "flink/rewrite.h"
#include "index/database/types.h"

namespace checkpointfs::fs {

class MountRoots;

inline constexpr uint64_t kMetadataBudget = 16 << 20;  // bytes of one cache by default

// Thread-safe.
class MetadataCache {
 public:
  using Text = std::shared_ptr<const std::string>;

  // Returns a name for each of Metadata::files, see flink::rewrite(). May throw SystemError(EIO).
  using Names = std::function<std::vector<std::string>(const index::Snapshot&, const flink::Metadata&)>;

  // Keeps the texts that were used last, at most `budget` bytes together. Open files keep their texts
  // themselves.
  MetadataCache(flink::Form form, Names names, uint64_t budget);

  // True if size() differs from the size of a `_metadata` in the index.
  bool size_depends_on_path() const { return form_.kind == flink::FormKind::kAbsolute; }

  // Bytes of the rewritten metadata of `snapshot`, or of the original if it cannot be rewritten.
  uint64_t size(const index::Snapshot& snapshot) const;

  // The rewritten metadata. Throws SystemError(EIO) with the reason if the snapshot is incomplete or
  // unreadable, or if its metadata is not the one that was indexed.
  Text get(const index::Snapshot& snapshot, const MountRoots& roots);

  // Calls of get() that found the text in the cache, and calls that made it.
  uint64_t hits() const { return hits_; }
  uint64_t misses() const { return misses_; }

 private:
  flink::Form form_of(const index::Snapshot& snapshot) const;
  Text make(const index::Snapshot& snapshot, const MountRoots& roots) const;

  flink::Form form_;
  Names names_;
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint64_t> misses_ = 0;
  base::LruCache<int64_t, Text> kept_;
};

}  // namespace checkpointfs::fs
