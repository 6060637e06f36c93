// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/jobs/: the directories of the projection. One that holds snapshots has a directory `shared`
// with all their files, each once; that of a snapshot has a `_metadata` which names the files in `shared`.
#pragma once

#include <mutex>
#include <unordered_map>

#include "fs/projection/metadata_cache.h"
#include "fs/projection/mount_roots.h"
#include "fs/projection/view.h"
#include "index/read/reader_pool.h"
#include "storage/resolver.h"

namespace checkpointfs::fs {

inline constexpr char kSharedName[] = "shared";

class JobsView : public View {
 public:
  // REQUIRES: the references outlive it.
  JobsView(index::ReaderPool& readers, const MountRoots& roots, const storage::Resolver& resolver);

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId directory) override;
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;

 private:
  std::optional<Entry> directory_entry(index::Reader& reader, ViewKind kind, int64_t directory);
  std::optional<Entry> metadata_entry(index::Reader& reader, int64_t directory);
  std::vector<std::string> names(const index::Snapshot& snapshot, const flink::Metadata& metadata);
  // The permissions that `shared` must not give to other users. `shared` lists the names in all snapshots
  // right below `directory`, so only users who may list all of these may list it.
  uint32_t closed_in_shared(index::Reader& reader, const index::Attributes& like, int64_t directory);

  index::ReaderPool& readers_;
  const MountRoots& roots_;
  const storage::Resolver& resolver_;
  MetadataCache metadata_;
  std::mutex mutex_;  // guards what follows; held across no call
  std::unordered_map<int64_t, uint32_t> closed_;
};

}  // namespace checkpointfs::fs
