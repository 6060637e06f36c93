// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/operators/: the directories of the projection; in that of a snapshot lies the tree of its
// operators.
#pragma once

#include <memory>

#include "base/lru_cache.h"
#include "fs/projection/mount_roots.h"
#include "fs/projection/view.h"
#include "index/read/reader_pool.h"
#include "storage/operators_tree.h"
#include "storage/resolver.h"

namespace checkpointfs::fs {

class OperatorsView : public View {
 public:
  // REQUIRES: the references outlive it.
  OperatorsView(index::ReaderPool& readers, const MountRoots& roots, const storage::Resolver& resolver)
      : readers_(readers), roots_(roots), resolver_(resolver) {}

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId directory) override;
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;

 private:
  using Tree = std::shared_ptr<const storage::OperatorsTree>;
  // The tree of the snapshot at a directory; null if it is no snapshot, or one that cannot be decoded.
  Tree tree(index::Reader& reader, int64_t directory);
  std::optional<Entry> node_entry(index::Reader& reader, const Tree& tree, OperatorsNodeId id);

  index::ReaderPool& readers_;
  const MountRoots& roots_;
  const storage::Resolver& resolver_;
  base::LruCache<int64_t, Tree> kept_{4};
};

}  // namespace checkpointfs::fs
