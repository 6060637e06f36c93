// SPDX-License-Identifier: Apache-2.0
// Sources that answer slowly or not at all.
#include <algorithm>
#include <csignal>
#include <memory>
#include <sstream>

#include "eventually.h"
#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "slow_store.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kAnsweredSoon{5'000};
constexpr int kSlowReaders = 20;

TEST(SlowStoreTest, is_told_from_its_operations) {
  const Handmade files;
  write_file(files / "a", "bytes");
  const SlowStore store(files.path());
  EXPECT_EQ(read_file(store.path() + "/a"), "bytes");
  EXPECT_NE(store.operations().find("open /a\n"), std::string::npos) << store.operations();
}

class SlowStores : public MountTest {};

TEST_F(SlowStores, are_not_asked_by_who_lists_all_snapshots) {
  for (const Scenario& scenario : scenarios_called("chained")) {
    const Storage storage(scenario);
    const SlowStore store(storage.path());
    const TempDirectory own;
    { const Mount once({{store.path()}, {}, own / "index.db"}); }
    store.delay(Milliseconds(50));
    const Mount mount({{store.path()}, {"--poll", "0"}, own / "index.db"});
    const std::string before = store.operations();
    const RunResult listing = run({"ls", "-lR", mount.path()}, kAnsweredSoon);
    EXPECT_EQ(listing.code, 0) << listing;
    for (const std::string& snapshot : storage.snapshot_paths())
      EXPECT_NE(listing.out.find(snapshot), std::string::npos) << snapshot;
    EXPECT_EQ(store.operations(), before);
  }
}

// The snapshots of a source that hangs and of one that does not, and programs that read from the former.
class Hanging : public MountTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    std::vector<std::string> handles;
    for (int i = 0; i < kSlowReaders; ++i) {
      // Small ones, and such that the kernel would read by itself.
      const size_t size = i % 2 == 0 ? 5'000 : 300'000;
      handles.push_back(behind_.add("job/shared/f" + std::to_string(i), pattern(size, i)));
    }
    behind_.add_snapshot("job/chk-1", handles);
    healthy_.add_snapshot("job/chk-1", {healthy_.add("job/shared/a", "healthy"),
                                        healthy_.add("job/shared/b", pattern(400'000, 99))});
    store_ = std::make_unique<SlowStore>(behind_.path());
    mount_ = std::make_unique<Mount>(MountSpec{{store_->path(), healthy_.path()},
                                               {"-o", std::string("io=") + GetParam(), "--poll", "1", "--map",
                                                "file:" + behind_.path() + "=" + store_->path()}});
  }
  void TearDown() override {
    for (const auto& reader : readers_) reader->signal(SIGKILL);
    if (store_) store_->answer();
    readers_.clear();
    mount_.reset();
    store_.reset();
    MountTest::TearDown();
  }

  // Returns when readers wait for the store.
  void hang(bool hard = false) {
    const std::string before = store_->operations();
    store_->hang(hard);
    for (int i = 0; i < kSlowReaders; ++i) {
      readers_.push_back(std::make_unique<Process>(
          std::vector<std::string>{"cat", *mount_ / ("store/job/chk-1/f" + std::to_string(i))}));
    }
    ASSERT_TRUE(within(kAnsweredSoon, [&] { return store_->operations() != before; }));
    std::this_thread::sleep_for(Milliseconds(300));
  }
  void hang_until_it_is_told(bool hard = false) {
    hang(hard);
    ASSERT_TRUE(within(kAnsweredSoon, [&] { return status().find("\"hanging\":[{") != std::string::npos; }))
        << status();
  }
  std::string status() const { return read_file(*mount_ / ".checkpointfs/status"); }
  // Exit codes of commands that must not wait for the store.
  void expect_all_else_answers() const {
    const RunResult listing = run({"ls", "-lR", mount_->path()}, kAnsweredSoon);
    EXPECT_EQ(listing.code, 0) << listing;
    EXPECT_NE(listing.out.find("f19"), std::string::npos) << listing;
    EXPECT_NE(status().find(store_->path()), std::string::npos);
    const RunResult views =
        run({"ls", "-lR", *mount_ / ".checkpointfs/jobs", *mount_ / ".checkpointfs/latest"}, kAnsweredSoon);
    EXPECT_EQ(views.code, 0) << views;
    const RunResult small = run({"cat", *mount_ / "source/job/chk-1/a"}, kAnsweredSoon);
    EXPECT_EQ(small.out, "healthy") << small;
    const RunResult large = run({"cat", *mount_ / "source/job/chk-1/b"}, kAnsweredSoon);
    EXPECT_TRUE(large.out == pattern(400'000, 99)) << large.code;
    const RunResult metadata = run({"cat", *mount_ / "source/job/chk-1/_metadata"}, kAnsweredSoon);
    EXPECT_EQ(metadata.code, 0) << metadata.err;
  }
  std::string log() const { return read_file(mount_->log()); }

  const Handmade behind_;
  const Handmade healthy_;
  std::unique_ptr<SlowStore> store_;
  std::unique_ptr<Mount> mount_;
  std::vector<std::unique_ptr<Process>> readers_;
};

TEST_P(Hanging, source_keeps_nobody_from_names_and_other_sources) {
  hang_until_it_is_told();
  expect_all_else_answers();
  EXPECT_TRUE(within(kAnsweredSoon, [&] {
    return log().find(store_->path() + " does not answer") != std::string::npos;
  })) << log();
  store_->answer();
  for (size_t i = 0; i < readers_.size(); ++i) {
    const RunResult result = readers_[i]->wait(kAnsweredSoon);
    EXPECT_TRUE(result.out == pattern(i % 2 == 0 ? 5'000 : 300'000, i)) << i << ": " << result.code;
  }
  EXPECT_TRUE(within(kAnsweredSoon, [&] { return log().find("answers again") != std::string::npos; }))
      << log();
  expect_all_else_answers();
}

TEST_P(Hanging, source_keeps_nobody_from_killing_who_waits_for_it) {
  hang();
  for (const auto& reader : readers_) reader->signal(SIGKILL);
  EXPECT_TRUE(within(kAnsweredSoon, [&] {
    return std::ranges::count_if(readers_, [](const auto& reader) {
             return !ends_within(reader->pid(), Milliseconds(0));
           }) <= 10;
  })) << "only those that a thread waits for stay";
}

TEST_P(Hanging, source_keeps_no_mount_from_being_unmounted) {
  hang_until_it_is_told();
  const RunResult result = checkpointfs({"umount", mount_->path()}, Milliseconds(12'000));
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_NE(result.err.find(store_->path()), std::string::npos) << result;
  EXPECT_EQ(mount_type_at(mount_->path()), "");
  EXPECT_TRUE(ends_within(mount_->pid(), kAnsweredSoon));
  EXPECT_NE(log().find("not waited for: " + store_->path()), std::string::npos) << log();
  mount_->expect_gone();
}

TEST_P(Hanging, source_keeps_no_mount_from_its_end) {
  hang();
  ::kill(mount_->pid(), SIGTERM);
  EXPECT_TRUE(ends_within(mount_->pid(), Milliseconds(10'000)));
  EXPECT_EQ(mount_type_at(mount_->path()), "");
  mount_->expect_gone();
}

// Nothing can end such a process before the store answers; but it holds nothing any more.
TEST_P(Hanging, source_whose_readers_cannot_be_killed_keeps_neither_mount_nor_index) {
  NEEDS_PROGRAM("flock");
  hang_until_it_is_told(true);
  expect_all_else_answers();
  const RunResult result = checkpointfs({"umount", mount_->path()}, Milliseconds(15'000));
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(mount_type_at(mount_->path()), "");
  mount_->expect_gone();
  EXPECT_EQ(run({"flock", "--nonblock", mount_->index() + ".lock", "true"}, kAnsweredSoon).code, 0);
  EXPECT_FALSE(ends_within(mount_->pid(), Milliseconds(0)));
  store_->answer();
  EXPECT_TRUE(ends_within(mount_->pid(), kAnsweredSoon));
}

INSTANTIATE_TEST_SUITE_P(Io, Hanging, ::testing::Values("hybrid", "push", "plain"));

}  // namespace
}  // namespace checkpointfs::test
