// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/latest/ and by-time/: symbolic links to snapshots, under names for people.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fs/view.h"
#include "index/reader.h"

namespace checkpointfs::fs {

// latest/<job> leads to the newest snapshot of a job that can be restored; by-time/<time>-<job>-<name> to any
// that can, in the order of their times. All are relative.
class LinksView : public View {
 public:
  // REQUIRES: `readers` outlives it.
  explicit LinksView(index::ReaderPool& readers) : readers_(readers) {}

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId) override { return kControlDirectory; }
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;
  std::string target(ViewId link) override;

  // The views' directories have no ids of their own: these stand for them.
  static constexpr ViewId kLatest = {ViewKind::kFixed, 3};
  static constexpr ViewId kByTime = {ViewKind::kFixed, 4};

 private:
  struct Link {
    std::string name;
    std::string target;
    int64_t directory = 0;  // row
    bool latest = false;
  };
  void make();
  const std::vector<Link>& links();
  Entry entry_of(size_t number);

  index::ReaderPool& readers_;
  std::once_flag made_;
  std::vector<Link> links_;  // sorted, by-time first
  std::map<std::pair<bool, std::string>, size_t, std::less<>> by_name_;
};

}  // namespace checkpointfs::fs
