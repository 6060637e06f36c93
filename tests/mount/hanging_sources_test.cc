// SPDX-License-Identifier: Apache-2.0
// Several sources, one of which does not answer: what is followed, and how a mount begins.
#include <csignal>
#include <memory>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "slow_store.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kFollowedSoon{5'000};
// The other sources wait for so long, once, for one that begins to hang.
constexpr Milliseconds kFirst{2'500};

bool is_there(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0;
}

class HangingSources : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    behind_.add_snapshot("job/chk-1", {behind_.add("job/shared/known", pattern(5'000, 1))});
    healthy_.add_snapshot("job/chk-1", {healthy_.add("job/shared/a", "healthy")});
    store_ = std::make_unique<SlowStore>(behind_.path());
  }
  void TearDown() override {
    if (store_) store_->answer();
    mount_.reset();
    store_.reset();
    MountTest::TearDown();
  }

  void mount() {
    mount_ = std::make_unique<Mount>(
        MountSpec{{store_->path(), healthy_.path()},
                  {"--map", "file:" + behind_.path() + "=" + store_->path(), "-o", "io=plain"},
                  own_ / "index.db"});
  }
  bool shows(std::string_view snapshot) const { return is_there(*mount_ / snapshot); }
  bool tells(std::string_view file, const std::string& what) const {
    return read_file(*mount_ / (".checkpointfs/" + std::string(file))).find(what) != std::string::npos;
  }
  std::string metric(std::string_view name, std::string_view value) const {
    return base_of(name) + "{source=\"" + store_->path() + "\"} " + std::string(value);
  }
  static std::string base_of(std::string_view name) { return "checkpointfs_source_" + std::string(name); }

  const TempDirectory own_;
  const Handmade behind_;
  const Handmade healthy_;
  std::unique_ptr<SlowStore> store_;
  std::unique_ptr<Mount> mount_;
};

TEST_F(HangingSources, keep_no_other_from_being_followed) {
  mount();
  ASSERT_TRUE(tells("metrics", metric("hanging", "0\n"))) << read_file(*mount_ / ".checkpointfs/metrics");
  store_->hang();
  healthy_.add_snapshot("job/chk-2", {healthy_.add("job/shared/b", "new")});
  EXPECT_TRUE(within(kFirst, [&] { return shows("source/job/chk-2"); }));
  EXPECT_TRUE(within(kFollowedSoon, [&] { return tells("metrics", metric("hanging", "1\n")); }));
  EXPECT_FALSE(tells("metrics", metric("waiting_seconds", "0.000\n")));
  EXPECT_TRUE(tells("status", "\"hanging\":[{\"path\":\"" + store_->path()));

  healthy_.add_snapshot("job/chk-3", {healthy_.add("job/shared/c", "newer")});
  EXPECT_TRUE(within(kShownSoon, [&] { return shows("source/job/chk-3"); }));
  EXPECT_EQ(read_file(*mount_ / "source/job/chk-3/c"), "newer");
  stdfs::remove_all(healthy_ / "job/chk-2");
  EXPECT_TRUE(within(kShownSoon, [&] { return !shows("source/job/chk-2"); }));
  EXPECT_TRUE(shows("store/job/chk-1/known")) << "what hangs is taken for empty";

  store_->answer();
  EXPECT_TRUE(within(kFollowedSoon, [&] { return tells("metrics", metric("hanging", "0\n")); }));
  behind_.add_snapshot("job/chk-2", {behind_.add("job/shared/late", "late")});
  EXPECT_TRUE(within(kFollowedSoon, [&] { return shows("store/job/chk-2"); }));
  EXPECT_EQ(read_file(*mount_ / "store/job/chk-2/late"), "late");
}

TEST_F(HangingSources, that_are_dead_keep_no_other_from_being_followed_either) {
  NEEDS_PROGRAM("pkill");
  mount();
  store_->kill();
  ASSERT_TRUE(within(kFollowedSoon, [&] { return tells("status", "Transport endpoint is not connected"); }))
      << read_file(*mount_ / ".checkpointfs/status");
  healthy_.add_snapshot("job/chk-2", {healthy_.add("job/shared/b", "new")});
  EXPECT_TRUE(within(kShownSoon, [&] { return shows("source/job/chk-2"); })) << read_file(mount_->log());
  EXPECT_EQ(read_file(*mount_ / "source/job/chk-2/b"), "new");
  EXPECT_TRUE(shows("store/job/chk-1/known")) << "what is dead is taken for empty";
  EXPECT_EQ(read_errno(*mount_ / "store/job/chk-1/known"), ENOTCONN);

  behind_.add_snapshot("job/chk-2", {behind_.add("job/shared/late", "late")});
  store_->restart();
  EXPECT_TRUE(within(kFollowedSoon, [&] { return shows("store/job/chk-2"); })) << read_file(mount_->log());
  EXPECT_TRUE(within(kFollowedSoon, [&] { return !tells("status", "Transport endpoint is not connected"); }));
  EXPECT_EQ(read_file(*mount_ / "store/job/chk-1/known"), pattern(5'000, 1));
}

TEST_F(HangingSources, lose_nothing_and_what_names_something_there_is_shown_when_it_can_be_looked_at) {
  mount();
  store_->hang();
  const std::string known = file(behind_.uri("job/shared/known"), 5'000);
  const std::string unknown = behind_.add("job/shared/unknown", "unknown");
  healthy_.add_snapshot("job/chk-2", {known});
  healthy_.add_snapshot("job/chk-3", {unknown});
  healthy_.add_snapshot("job/chk-4", {healthy_.add("job/shared/d", "last")});
  stdfs::remove_all(behind_ / "job/chk-1");
  behind_.add_snapshot("job/chk-5", {behind_.add("job/shared/five", "five")});
  EXPECT_TRUE(within(kFirst, [&] { return shows("source/job/chk-2") && shows("source/job/chk-4"); }));
  EXPECT_FALSE(shows("source/job/chk-3"));
  EXPECT_TRUE(shows("store/job/chk-1"));
  for (const char* snapshot : {"source/job/chk-1", "source/job/chk-2", "store/job/chk-1"})
    EXPECT_EQ(xattr(*mount_ / snapshot, "user.checkpointfs.status"), "ok") << snapshot;
  EXPECT_EQ(stat_of(*mount_ / "source/job/chk-2/known").st_nlink, 2U);

  store_->answer();
  EXPECT_TRUE(within(kFollowedSoon, [&] {
    return shows("source/job/chk-3") && shows("store/job/chk-5") && !shows("store/job/chk-1");
  }));
  EXPECT_EQ(read_file(*mount_ / "source/job/chk-3/unknown"), "unknown");
  EXPECT_EQ(read_file(*mount_ / "source/job/chk-2/known"), pattern(5'000, 1));
}

TEST_F(HangingSources, are_shown_as_the_index_has_them_when_a_mount_begins) {
  mount();
  mount_->unmount();
  mount_.reset();
  store_->hang();
  healthy_.add_snapshot("job/chk-2", {healthy_.add("job/shared/b", "new")});
  mount();
  EXPECT_NE(mount_->said().err.find(store_->path() + " does not answer"), std::string::npos)
      << mount_->said();
  EXPECT_EQ(read_file(*mount_ / "source/job/chk-2/b"), "new");
  EXPECT_EQ(stat_of(*mount_ / "store/job/chk-1/known").st_size, 5'000);
  EXPECT_TRUE(
      within(kFollowedSoon, [&] { return tells("status", "\"hanging\":[{\"path\":\"" + store_->path()); }));
  EXPECT_NE(read_file(mount_->log()).find(store_->path() + " does not answer"), std::string::npos);
  Process reader({"cat", *mount_ / "store/job/chk-1/known"});
  behind_.add_snapshot("job/chk-2", {behind_.add("job/shared/late", "late")});
  store_->answer();
  EXPECT_EQ(reader.wait(kFollowedSoon).out, pattern(5'000, 1));
  EXPECT_TRUE(within(kFollowedSoon, [&] { return shows("store/job/chk-2"); }));
}

TEST_F(HangingSources, are_absent_from_a_mount_without_an_index_until_they_answer) {
  store_->hang();
  mount();
  EXPECT_EQ(read_file(*mount_ / "source/job/chk-1/a"), "healthy");
  EXPECT_NE(mount_->said().err.find(store_->path() + " does not answer"), std::string::npos)
      << mount_->said();
  EXPECT_FALSE(shows("store/job"));
  EXPECT_TRUE(tells("status", store_->path()));
  store_->answer();
  EXPECT_TRUE(within(kFollowedSoon, [&] { return shows("store/job/chk-1"); }));
  EXPECT_EQ(read_file(*mount_ / "store/job/chk-1/known"), pattern(5'000, 1));
}

TEST_F(HangingSources, are_named_by_a_report_that_shows_what_the_index_had) {
  const std::vector<std::string> report = {"report", "--index", own_ / "index.db", store_->path(),
                                           healthy_.path()};
  ASSERT_EQ(checkpointfs(report).code, 0);
  store_->hang();  // the kernel knows the attributes of its directories for a second yet
  const RunResult page = checkpointfs(report);
  EXPECT_EQ(page.code, 0) << page.err;
  EXPECT_NE(page.err.find(store_->path() + " did not answer within 5 seconds"), std::string::npos)
      << page.err;
  EXPECT_NE(page.out.find(store_->path() + " did not answer."), std::string::npos);
  EXPECT_NE(page.out.find("State of chk-1 that was not read: " + store_->path() + " does not answer"),
            std::string::npos);
}

TEST_F(HangingSources, are_waited_for_if_there_is_no_other) {
  const std::string mount_point = own_ / "mnt";
  stdfs::create_directory(mount_point);
  store_->hang();
  Process mounting(
      checkpointfs_command({"mount", "--index", own_ / "index.db", store_->path(), mount_point}));
  EXPECT_FALSE(ends_within(mounting.pid(), Milliseconds(2'500)));
  store_->answer();
  const RunResult result = mounting.wait(kFollowedSoon);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_NE(result.err.find("waiting for " + store_->path()), std::string::npos) << result;
  EXPECT_TRUE(is_there(mount_point + "/job/chk-1/known"));
  EXPECT_EQ(checkpointfs({"umount", mount_point}).code, 0);
}

}  // namespace
}  // namespace checkpointfs::test
