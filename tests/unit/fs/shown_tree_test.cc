// SPDX-License-Identifier: Apache-2.0
// The projection, held snapshots and removed names as one tree, without a mount.
#include "fs/hold/shown_tree.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "fs/hold/deferring_invalidator.h"
#include "fs/projection/invalidate_changes.h"
#include "index/database/lock.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"
#include "tests/support/handmade.h"

namespace checkpointfs::fs {
namespace {

using Names = std::vector<std::string>;

// Records the names of the projection that are invalidated.
class Recorder : public CacheInvalidator {
 public:
  void forget_name(Inode directory, const std::string& name) override {
    if (!is_control(directory)) names.insert(name);
  }
  void forget_attributes(Inode) override {}
  void forget_content(Inode) override {}
  std::set<std::string> names;
};

class ShownTreeTest : public ::testing::Test {
 protected:
  ShownTreeTest() {
    source_.add_snapshot("job/chk-1",
                         {source_.add("job/shared/a", "first"), source_.add("job/shared/b", "second")});
    source_.add_snapshot("job/chk-2", {test::file(source_.uri("job/shared/a"), 5)});
    source_.add_snapshot("solo/chk-1", {source_.add("solo/shared/c", "third")});
  }

  void show(std::optional<std::chrono::seconds> grace) {
    shown_.emplace(scanned());
    tree_.emplace(*shown_, grace, 100);
  }

  std::shared_ptr<Projection> scanned() {
    const index::Options options{{source_.path()}, {}, index_};
    const index::IndexLock lock(index_, "test");
    index::scan(options, {});
    return std::make_shared<Projection>(index_, flink::Form{}, state_);
  }

  void scan_again() {
    const auto next = scanned();
    const auto before = shown_->exchange(next);
    DeferringInvalidator kernel(*tree_, recorder_);
    invalidate_changes(*before, *next, RowIds::kKept, kernel);
  }

  void remove_from_source(const std::string& name) const { test::stdfs::remove_all(source_ / name); }

  std::optional<Entry> find(const std::string& path) {
    std::istringstream components(path);
    std::optional<Entry> entry = tree_->entry(kRootInode);
    for (std::string name; entry && std::getline(components, name, '/');)
      entry = tree_->lookup(entry->inode, name);
    return entry;
  }

  Names names(Inode directory) {
    Names names;
    tree_->list(directory, 0, [&](const Entry& entry, uint64_t) {
      names.push_back(entry.name);
      return true;
    });
    return names;
  }

  const test::Handmade source_;
  const std::string index_ = source_.outside("index.db");
  MountState state_;
  std::optional<CurrentProjection> shown_;
  std::optional<ShownTree> tree_;
  Recorder recorder_;
};

TEST_F(ShownTreeTest, keeps_a_held_snapshot_that_is_gone_from_the_projection) {
  show(std::chrono::seconds(3600));
  const Inode directory = find("job/chk-1")->inode;
  const Names before = names(directory);
  tree_->enter(directory);
  remove_from_source("job");
  scan_again();
  EXPECT_FALSE(find("job/chk-2"));
  ASSERT_TRUE(find("job/chk-1"));
  EXPECT_EQ(find("job/chk-1")->inode, directory);
  EXPECT_EQ(names(directory), before);
  std::vector<char> buffer;
  EXPECT_EQ(tree_->open(find("job/chk-1/b")->inode)->read_all(buffer), "second");
}

TEST_F(ShownTreeTest, without_holds_is_the_projection) {
  show(std::nullopt);
  const Inode directory = find("job/chk-1")->inode;
  tree_->enter(directory);
  remove_from_source("job");
  scan_again();
  EXPECT_FALSE(find("job"));
  EXPECT_TRUE(find("solo/chk-1/c"));
  EXPECT_TRUE(recorder_.names.contains("chk-1"));
}

TEST_F(ShownTreeTest, refuses_to_enter_a_directory_that_is_gone) {
  show(std::chrono::seconds(3600));
  const Inode directory = find("job/chk-1")->inode;
  remove_from_source("job");
  scan_again();
  EXPECT_THROW(tree_->enter(directory), LostSnapshot);
}

TEST_F(ShownTreeTest, hides_names_that_were_removed_from_a_held_snapshot) {
  show(std::chrono::seconds(3600));
  const Inode directory = find("job/chk-1")->inode;
  tree_->enter(directory);
  tree_->removed().begin(directory, {"plan", 0}, "a");
  EXPECT_EQ(names(directory), (Names{".", "..", "_metadata", "b"}));
  EXPECT_FALSE(find("job/chk-1/a"));
  EXPECT_TRUE(find("job/chk-1/b"));
  EXPECT_TRUE(find("job/chk-2/a")) << "the other snapshot keeps its name";
  tree_->removed().remove(directory, "b");
  EXPECT_EQ(names(directory), (Names{".", "..", "_metadata"}));
  tree_->removed().finish(directory, {});
  EXPECT_FALSE(find("job/chk-1"));
  EXPECT_EQ(names(find("job")->inode), (Names{".", "..", "chk-2"}));
}

TEST_F(ShownTreeTest, keeps_the_directory_above_a_removed_snapshot_until_it_is_removed) {
  show(std::chrono::seconds(3600));
  const Inode directory = find("solo/chk-1")->inode;
  tree_->enter(directory);
  tree_->removed().begin(directory, {"plan", 0}, "_metadata");
  remove_from_source("solo");
  scan_again();
  const HoldTable::HoldPointer hold = tree_->holds().find(directory);
  ASSERT_TRUE(hold);
  tree_->removed().finish(directory, hold->ancestors());
  tree_->leave(directory);
  tree_->holds().drop(directory);
  ASSERT_TRUE(find("solo"));
  EXPECT_TRUE(tree_->entry(find("solo")->inode));
  EXPECT_FALSE(find("solo/chk-1"));
  tree_->removed().remove_above(find("solo")->inode);
  EXPECT_FALSE(find("solo"));
}

TEST_F(ShownTreeTest, defers_invalidations_of_a_held_snapshot_until_it_is_released) {
  show(std::chrono::seconds(0));
  const Inode directory = find("job/chk-1")->inode;
  tree_->enter(directory);
  remove_from_source("job");
  scan_again();
  EXPECT_FALSE(recorder_.names.contains("chk-1"));
  EXPECT_TRUE(recorder_.names.contains("chk-2"));
  EXPECT_TRUE(tree_->holds().release_expired({}).empty()) << "the directory is open";
  tree_->leave(directory);
  EXPECT_TRUE(tree_->holds().release_expired({"job/chk-1"}).empty()) << "a process is inside";
  const std::vector<HoldTable::Released> released = tree_->holds().release_expired({});
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released.front().name, "chk-1");
  EXPECT_FALSE(released.front().contents.empty());
  EXPECT_FALSE(find("job/chk-1"));
}

TEST_F(ShownTreeTest, holds_nothing_after_the_index_was_made_anew) {
  show(std::chrono::seconds(3600));
  const Inode directory = find("job/chk-1")->inode;
  tree_->enter(directory);
  EXPECT_EQ(tree_->holds_status().holds.size(), 1U);
  tree_->renumbered();
  EXPECT_EQ(tree_->holds_status().holds.size(), 0U);
  tree_->enter(directory);
  EXPECT_EQ(tree_->holds_status().holds.size(), 1U);
}

}  // namespace
}  // namespace checkpointfs::fs
