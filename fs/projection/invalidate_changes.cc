// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/invalidate_changes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "fs/projection/index_view.h"
#include "fs/projection/jobs_view.h"

namespace checkpointfs::fs {
namespace {

using Directory = index::DirectoryRow;

std::vector<Directory> directories_of(Projection& projection) {
  std::vector<Directory> rows;
  projection.reader()->dump().directories([&](Directory row) { rows.push_back(std::move(row)); });
  return rows;
}

bool same_attributes(const Directory& a, const Directory& b) {
  return a.attributes.mtime_ns == b.attributes.mtime_ns && a.attributes.mode == b.attributes.mode &&
         a.attributes.uid == b.attributes.uid && a.attributes.gid == b.attributes.gid;
}

Inode view_inode(ViewKind kind, int64_t row) {
  return inode_of(ViewId{kind, static_cast<uint64_t>(row)});
}

// A directory of the projection, and the three directories of views that mirror it.
std::array<Inode, 4> inodes_of(int64_t directory) {
  return {inode_of(index::NodeId{index::NodeKind::kDirectory, directory}),
          view_inode(ViewKind::kOperatorsDirectory, directory),
          view_inode(ViewKind::kJobsDirectory, directory), view_inode(ViewKind::kStateDirectory, directory)};
}

class Comparison {
 public:
  Comparison(Projection& before, Projection& after, CacheInvalidator& kernel)
      : before_(before), after_(after), kernel_(kernel) {}

  void run(RowIds ids);

 private:
  // Invalidates this of the files of a snapshot. A snapshot that comes or goes changes only their link
  // counts.
  enum class Files : uint8_t { kLinkCounts, kContents };

  // The directory came, went, or became another one.
  void directory_changed(const Directory& directory, Files files);
  void attributes_changed(const Directory& directory);
  void snapshot_changed(const Directory& directory, Files files);
  void files_changed(Projection& projection, int64_t snapshot, Files files);
  void links_changed();

  Projection& before_;
  Projection& after_;
  CacheInvalidator& kernel_;
};

void Comparison::files_changed(Projection& projection, int64_t snapshot, Files files) {
  for (const int64_t file : projection.reader()->snapshots().file_ids(snapshot)) {
    const Inode inode = inode_of(index::NodeId{index::NodeKind::kFile, file});
    if (files == Files::kContents) {
      kernel_.forget_content(inode);
    } else {
      kernel_.forget_attributes(inode);
    }
  }
}

void Comparison::snapshot_changed(const Directory& directory, Files files) {
  kernel_.forget_content(inode_of(index::NodeId{index::NodeKind::kMetadata, directory.id}));
  kernel_.forget_content(view_inode(ViewKind::kJobsMetadata, directory.id));
  if (after_.state_view() != nullptr) {
    for (const Inode inode : after_.state_view()->take_inodes(directory.id)) kernel_.forget_content(inode);
  }
  files_changed(before_, directory.id, files);
  files_changed(after_, directory.id, files);
  if (directory.parent == 0) return;
  // The directory `shared` of the job.
  kernel_.forget_name(view_inode(ViewKind::kJobsDirectory, directory.parent), kSharedName);
  kernel_.forget_content(view_inode(ViewKind::kJobsShared, directory.parent));
}

void Comparison::attributes_changed(const Directory& directory) {
  for (const Inode inode : inodes_of(directory.id)) kernel_.forget_attributes(inode);
  // The permissions of `shared` depend on those of the snapshots.
  if (directory.parent != 0) kernel_.forget_attributes(view_inode(ViewKind::kJobsShared, directory.parent));
}

void Comparison::directory_changed(const Directory& directory, Files files) {
  const auto inodes = inodes_of(directory.id);
  const auto parents = inodes_of(directory.parent);
  for (size_t i = 0; i < inodes.size(); ++i) {
    if (directory.parent != 0) {
      kernel_.forget_name(parents[i], directory.name);
      kernel_.forget_content(parents[i]);
    }
    kernel_.forget_content(inodes[i]);
  }
  if (directory.changed != 0) snapshot_changed(directory, files);
}

void Comparison::links_changed() {
  kernel_.forget_content(kControlByName);
  if (!before_.links().is_made()) return;
  std::vector<LinksView::Link> different;
  std::ranges::set_symmetric_difference(before_.links().links(), after_.links().links(),
                                        std::back_inserter(different));
  for (const LinksView::Link& link : different)
    kernel_.forget_name(link.latest ? kControlLatest : kControlByTime, link.name);
  for (const Inode directory : {kControlLatest, kControlByTime}) kernel_.forget_content(directory);
}

void Comparison::run(RowIds ids) {
  const bool all = ids == RowIds::kNew;
  const Files files_of_others = all ? Files::kContents : Files::kLinkCounts;
  if (all) kernel_.renumbered();
  const std::vector<Directory> then = directories_of(before_);
  const std::vector<Directory> now = directories_of(after_);
  auto old = then.begin();
  for (const Directory& directory : now) {
    for (; old != then.end() && old->id < directory.id; ++old) directory_changed(*old, files_of_others);
    if (old == then.end() || old->id != directory.id) {
      directory_changed(directory, files_of_others);
      continue;
    }
    if (all || old->changed != directory.changed || old->name != directory.name ||
        old->parent != directory.parent) {
      directory_changed(*old, Files::kContents);
      if (old->changed == 0 || old->parent != directory.parent || old->name != directory.name)
        directory_changed(directory, Files::kContents);
    } else if (!same_attributes(*old, directory)) {
      attributes_changed(directory);
    }
    ++old;
  }
  for (; old != then.end(); ++old) directory_changed(*old, files_of_others);
  links_changed();
  for (uint64_t file = 1; file <= IndexView::kFiles; ++file)
    kernel_.forget_content(inode_of(ViewId{ViewKind::kIndexFile, file}));
}

}  // namespace

void invalidate_changes(Projection& before, Projection& after, RowIds ids, CacheInvalidator& kernel) {
  Comparison(before, after, kernel).run(ids);
}

}  // namespace checkpointfs::fs
