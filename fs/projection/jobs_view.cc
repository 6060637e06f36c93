// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/jobs_view.h"

#include <cerrno>

#include "base/errors.h"
#include "base/path.h"
#include "flink/names.h"
#include "fs/projection/mirror.h"
#include "index/read/decoded_metadata.h"
#include "storage/access.h"
#include "storage/projected_name.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::fs {
namespace {

// Positions in a directory, after those of the directories in it.
constexpr uint64_t kAtShared = kAfterMirrored;
constexpr uint64_t kAtMetadata = kAtShared + 1;

}  // namespace

JobsView::JobsView(index::ReaderPool& readers, const MountRoots& roots, const storage::Resolver& resolver)
    : readers_(readers),
      roots_(roots),
      resolver_(resolver),
      metadata_(
          {flink::FormKind::kOwned, std::string(storage::kSharedPrefix)},
          [this](const index::Snapshot& snapshot, const flink::Metadata& metadata) {
            return names(snapshot, metadata);
          },
          kMetadataBudget) {}

std::vector<std::string> JobsView::names(const index::Snapshot& snapshot, const flink::Metadata& metadata) {
  const storage::SnapshotFiles files =
      storage::project_files(metadata, {snapshot.source.id, snapshot.source_path}, resolver_);
  const std::vector<std::string> shared = readers_.borrow()->projection().shared_names(snapshot.id);
  if (shared.size() != files.files.size()) {
    index::refuse_metadata(
        snapshot, "two files have one name in the job's directory shared; copy the snapshot by itself");
  }
  std::vector<std::string> names;
  names.reserve(files.file_of_handle.size());
  for (const uint32_t file : files.file_of_handle) names.push_back(shared[file]);
  return names;
}

std::optional<Entry> JobsView::directory_entry(index::Reader& reader, ViewKind kind, int64_t directory) {
  std::optional<Entry> entry = mirrored(reader, kind, directory);
  if (!entry || kind != ViewKind::kJobsShared) return entry;
  entry->name = kSharedName;
  entry->attributes.mode =
      storage::with_closed(entry->attributes.mode, closed_in_shared(reader, entry->attributes, directory));
  return entry;
}

uint32_t JobsView::closed_in_shared(index::Reader& reader, const index::Attributes& like, int64_t directory) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = closed_.find(directory);
    if (known != closed_.end()) return known->second;
  }
  storage::Passage passage;
  reader.projection().list(directory, 0, [&](const index::Node& node, uint64_t) {
    if (node.id.kind != index::NodeKind::kDirectory) return false;  // directories come first
    if (!reader.projection().node({index::NodeKind::kMetadata, node.id.id})) return true;
    // The users who may both list and enter the snapshot.
    const uint32_t mode = storage::mode_for_others(node.attributes.mode);
    passage = passage.then(mode & mode >> 2 & 0111, node.attributes.uid, node.attributes.gid);
    return true;
  });
  const uint32_t closed = passage.closes(like.uid, like.gid);
  const std::lock_guard lock(mutex_);
  closed_.emplace(directory, closed);
  return closed;
}

std::optional<Entry> JobsView::metadata_entry(index::Reader& reader, int64_t directory) {
  const auto node = reader.projection().node({index::NodeKind::kMetadata, directory});
  const auto snapshot = reader.snapshots().find(directory);
  if (!node || !snapshot) return std::nullopt;
  Entry entry{inode_of(ViewId{ViewKind::kJobsMetadata, static_cast<uint64_t>(directory)}), node->name,
              node->attributes};
  entry.attributes.size = metadata_.size(*snapshot);
  return entry;
}

std::optional<Entry> JobsView::entry(ViewId id) {
  auto reader = readers_.borrow();
  const auto row = static_cast<int64_t>(id.value);
  return id.kind == ViewKind::kJobsMetadata ? metadata_entry(*reader, row)
                                            : directory_entry(*reader, id.kind, row);
}

Inode JobsView::parent(ViewId directory) {
  if (directory.kind == ViewKind::kJobsShared)
    return inode_of(ViewId{ViewKind::kJobsDirectory, directory.value});
  return mirrored_parent(*readers_.borrow(), directory.kind, static_cast<int64_t>(directory.value));
}

std::optional<Entry> JobsView::lookup(ViewId directory, std::string_view name) {
  auto reader = readers_.borrow();
  const auto id = static_cast<int64_t>(directory.value);
  if (directory.kind == ViewKind::kJobsShared) {
    const auto file = reader->projection().shared_file(id, name);
    if (!file) return std::nullopt;
    return Entry{inode_of(file->id), file->name, file->attributes};
  }
  if (name == kSharedName && reader->projection().has_shared(id))
    return directory_entry(*reader, ViewKind::kJobsShared, id);
  if (name == flink::kMetadataFile) return metadata_entry(*reader, id);
  const auto found = reader->projection().lookup(id, name);
  if (!found || found->id.kind != index::NodeKind::kDirectory) return std::nullopt;
  return directory_entry(*reader, ViewKind::kJobsDirectory, found->id.id);
}

void JobsView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  auto reader = readers_.borrow();
  const auto id = static_cast<int64_t>(directory.value);
  if (directory.kind == ViewKind::kJobsShared) {
    reader->projection().list_shared(id, after, [&](const index::Node& file, uint64_t position) {
      return take({inode_of(file.id), file.name, file.attributes}, position);
    });
    return;
  }
  const bool has_shared = reader->projection().has_shared(id);
  if (after < kAtShared) {
    const auto take_other = [&](const Entry& entry, uint64_t position) {
      return (has_shared && entry.name == kSharedName) || take(entry, position);
    };
    if (!list_mirrored(*reader, directory.kind, id, after, take_other)) return;
    const auto shared = has_shared ? directory_entry(*reader, ViewKind::kJobsShared, id) : std::nullopt;
    if (shared && !take(*shared, kAtShared)) return;
  }
  if (after >= kAtMetadata) return;
  if (const auto metadata = metadata_entry(*reader, id)) take(*metadata, kAtMetadata);
}

std::unique_ptr<OpenFile> JobsView::open(ViewId file) {
  const auto snapshot = readers_.borrow()->snapshots().find(static_cast<int64_t>(file.value));
  if (file.kind != ViewKind::kJobsMetadata || !snapshot)
    throw base::SystemError(EISDIR, "open: a directory of jobs");
  return OpenFile::of_text(base::join(snapshot->path, flink::kMetadataFile),
                           metadata_.get(*snapshot, roots_));
}

}  // namespace checkpointfs::fs
