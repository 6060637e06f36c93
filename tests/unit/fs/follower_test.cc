// SPDX-License-Identifier: Apache-2.0
// The follower without a mount: it shows a new projection, and tells a kernel that only takes notes.
#include "fs/follow/follower.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>

#include "index/database/lock.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"
#include "tests/mount/eventually.h"
#include "tests/support/handmade.h"

namespace checkpointfs::fs {
namespace {

using test::kShownSoon;
using test::within;

class Notes : public CacheInvalidator {
 public:
  void forget_name(Inode, const std::string& name) override {
    const std::lock_guard lock(mutex_);
    names_.insert(name);
  }
  void forget_attributes(Inode) override {}
  void forget_content(Inode) override {}

  bool has(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    return names_.contains(name);
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> names_;
};

class FollowerTest : public ::testing::Test {
 protected:
  FollowerTest() {
    source_.add_snapshot("job/chk-1", {source_.add("job/shared/a", "first")});
    const index::IndexLock lock(index_, "test");
    index::scan({{source_.path()}, {}, index_}, {});
  }

  FollowOptions options(std::optional<std::chrono::seconds> poll = {}) const {
    return {{source_.path()}, index_, {}, "test", poll};
  }
  uint64_t snapshots() const { return shown_->get()->totals().snapshots; }

  const test::Handmade source_;
  const std::string index_ = source_.outside("index.db");
  MountState state_;
  std::unique_ptr<CurrentProjection> shown_;
  Notes kernel_;
};

TEST_F(FollowerTest, shows_a_snapshot_that_comes_and_tells_the_kernel) {
  shown_ = std::make_unique<CurrentProjection>(std::make_shared<Projection>(index_, flink::Form(), state_));
  Follower follower(options(), *shown_, state_, kernel_);
  EXPECT_EQ(follower.status().how, "inotify");
  follower.start();
  ASSERT_TRUE(within(10 * kShownSoon, [&] { return follower.status().scans == 1; }));
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/b", "second")});
  EXPECT_TRUE(within(10 * kShownSoon, [&] { return snapshots() == 2; }));
  EXPECT_TRUE(within(kShownSoon, [&] { return kernel_.has("chk-2"); }));
  EXPECT_TRUE(within(kShownSoon, [&] { return follower.status().behind_seconds == 0; }));
  EXPECT_EQ(follower.status().changes, 1u);
  EXPECT_EQ(follower.status().error, "");
  EXPECT_TRUE(follower.stop(10 * kShownSoon));
}

TEST_F(FollowerTest, that_polls_nothing_shows_what_another_process_puts_into_the_index) {
  shown_ = std::make_unique<CurrentProjection>(std::make_shared<Projection>(index_, flink::Form(), state_));
  Follower follower(options(std::chrono::seconds(0)), *shown_, state_, kernel_);
  EXPECT_EQ(follower.status().how, "off");
  follower.start();
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/b", "second")});
  {
    const index::IndexLock lock(index_, "test", std::chrono::seconds(10));
    index::scan({{source_.path()}, {}, index_}, {});
  }
  EXPECT_TRUE(within(10 * kShownSoon, [&] { return snapshots() == 2; }));
  EXPECT_EQ(follower.status().scans, 0u);
}

TEST_F(FollowerTest, makes_an_index_anew_that_is_noted_as_damaged) {
  shown_ = std::make_unique<CurrentProjection>(std::make_shared<Projection>(index_, flink::Form(), state_));
  Follower follower(options(), *shown_, state_, kernel_);
  follower.start();
  follower.note_damage();
  EXPECT_TRUE(within(10 * kShownSoon, [&] { return std::filesystem::exists(index_ + ".damaged"); }));
  EXPECT_TRUE(within(10 * kShownSoon, [&] { return follower.status().changes == 1; }));
  EXPECT_EQ(snapshots(), 1u);
}

}  // namespace
}  // namespace checkpointfs::fs
