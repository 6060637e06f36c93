// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/latest/ and by-time/: symbolic links to snapshots, with readable names.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>
#include <string>
#include <vector>

#include "fs/projection/view.h"
#include "index/read/reader_pool.h"

namespace checkpointfs::fs {

// latest/<job> leads to the newest restorable checkpoint of a job (index/read/newest.h) or, in a directory
// without one, to the newest restorable snapshot. by-time/<time>-<job>-<name> leads to each restorable
// snapshot, in the order of their times. All links are relative. link_names.h makes the names.
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

  static constexpr ViewId kLatest = view_of(kControlLatest);
  static constexpr ViewId kByTime = view_of(kControlByTime);

  struct Link {
    bool latest = false;
    std::string name;
    std::string target;
    int64_t directory = 0;  // row
    friend auto operator<=>(const Link&, const Link&) = default;
    // The id in this view.
    uint64_t value() const { return static_cast<uint64_t>(directory) << 1 | (latest ? 1 : 0); }
  };
  // All links, in order. The first call makes them.
  const std::vector<Link>& links();
  // True once links() was called.
  bool is_made() const { return is_made_; }

 private:
  void make();
  const Link* find(ViewId id);
  Entry entry_of(const Link& link);

  index::ReaderPool& readers_;
  std::once_flag made_;
  std::atomic<bool> is_made_ = false;
  std::vector<Link> links_;  // sorted, by-time first
  std::map<std::pair<bool, std::string>, size_t, std::less<>> by_name_;
  std::unordered_map<uint64_t, size_t> by_value_;
};

}  // namespace checkpointfs::fs
