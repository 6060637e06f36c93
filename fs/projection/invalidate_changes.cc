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

// A directory of the projection, and the two that mirror it.
std::array<Inode, 3> inodes_of(int64_t directory) {
  return {inode_of(index::NodeId{index::NodeKind::kDirectory, directory}),
          view_inode(ViewKind::kOperatorsDirectory, directory),
          view_inode(ViewKind::kJobsDirectory, directory)};
}

class Differences {
 public:
  Differences(Projection& before, Projection& after, CacheInvalidator& listener)
      : before_(before), after_(after), listener_(listener) {}

  void tell(bool all);

 private:
  // It came, went, or became another one.
  void changed(const Directory& directory, bool files_too);
  void attributes(const Directory& directory);
  void snapshot(const Directory& directory, bool files_too);
  void files_of(Projection& projection, int64_t snapshot, bool content);
  void links();

  Projection& before_;
  Projection& after_;
  CacheInvalidator& listener_;
};

void Differences::files_of(Projection& projection, int64_t snapshot, bool content) {
  for (const int64_t file : projection.reader()->snapshots().file_ids(snapshot)) {
    const Inode inode = inode_of(index::NodeId{index::NodeKind::kFile, file});
    if (content) {
      listener_.forget_content(inode);
    } else {
      listener_.forget_attributes(inode);  // the number of links
    }
  }
}

void Differences::snapshot(const Directory& directory, bool files_too) {
  listener_.forget_content(inode_of(index::NodeId{index::NodeKind::kMetadata, directory.id}));
  listener_.forget_content(view_inode(ViewKind::kJobsMetadata, directory.id));
  files_of(before_, directory.id, files_too);
  files_of(after_, directory.id, files_too);
  if (directory.parent == 0) return;
  // The directory `shared` of its job.
  listener_.forget_name(view_inode(ViewKind::kJobsDirectory, directory.parent), kSharedName);
  listener_.forget_content(view_inode(ViewKind::kJobsShared, directory.parent));
}

void Differences::attributes(const Directory& directory) {
  for (const Inode inode : inodes_of(directory.id)) listener_.forget_attributes(inode);
  // Who may list it depends on who may list the snapshots.
  if (directory.parent != 0) listener_.forget_attributes(view_inode(ViewKind::kJobsShared, directory.parent));
}

void Differences::changed(const Directory& directory, bool files_too) {
  const auto inodes = inodes_of(directory.id);
  const auto parents = inodes_of(directory.parent);
  for (size_t i = 0; i < inodes.size(); ++i) {
    if (directory.parent != 0) {
      listener_.forget_name(parents[i], directory.name);
      listener_.forget_content(parents[i]);
    }
    listener_.forget_content(inodes[i]);
  }
  if (directory.changed != 0) snapshot(directory, files_too);
}

void Differences::links() {
  if (!before_.links().is_made()) return;
  std::vector<LinksView::Link> different;
  std::ranges::set_symmetric_difference(before_.links().links(), after_.links().links(),
                                        std::back_inserter(different));
  for (const LinksView::Link& link : different)
    listener_.forget_name(link.latest ? kControlLatest : kControlByTime, link.name);
  for (const Inode directory : {kControlLatest, kControlByTime}) listener_.forget_content(directory);
}

void Differences::tell(bool all) {
  if (all) listener_.renumbered();
  const std::vector<Directory> then = directories_of(before_);
  const std::vector<Directory> now = directories_of(after_);
  auto old = then.begin();
  for (const Directory& directory : now) {
    for (; old != then.end() && old->id < directory.id; ++old) changed(*old, all);
    if (old == then.end() || old->id != directory.id) {
      changed(directory, all);
      continue;
    }
    if (all || old->changed != directory.changed || old->name != directory.name ||
        old->parent != directory.parent) {
      changed(*old, true);
      if (old->changed == 0 || old->parent != directory.parent || old->name != directory.name)
        changed(directory, true);
    } else if (!same_attributes(*old, directory)) {
      attributes(directory);
    }
    ++old;
  }
  for (; old != then.end(); ++old) changed(*old, all);
  links();
  for (uint64_t file = 1; file <= IndexView::kFiles; ++file)
    listener_.forget_content(inode_of(ViewId{ViewKind::kIndexFile, file}));
}

}  // namespace

void invalidate_changes(Projection& before, Projection& after, bool all, CacheInvalidator& listener) {
  Differences(before, after, listener).tell(all);
}

}  // namespace checkpointfs::fs
