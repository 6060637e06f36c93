// SPDX-License-Identifier: Apache-2.0
// Snapshots that Flink deletes while somebody uses them, in a mount with -o pin-on-open. Snapshots of
// a running job are in pin_on_open_running_test.cc.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

#include "eventually.h"
#include "fixtures.h"
#include "tests/support/handmade.h"
#include "harness.h"
#include "holding.h"
#include "limited.h"
#include "self_contained.h"

namespace checkpointfs::test {
namespace {

// Counts the open descriptors of files below `directory`, deleted or not.
size_t descriptors_below(pid_t pid, const std::string& directory) {
  size_t count = 0;
  const std::string descriptors = "/proc/" + std::to_string(pid) + "/fd";
  for (const std::string& name : names_in(descriptors)) {
    std::error_code gone;
    const std::string target = stdfs::read_symlink(descriptors + "/" + name, gone);
    count += target.starts_with(directory + "/") ? 1 : 0;
  }
  return count;
}

// Reads every entry, as `cp` does before it copies the first.
Directory entered(const std::string& path) {
  Directory directory = open_directory(path);
  while (::readdir(directory.get()) != nullptr) {
  }
  return directory;
}

class PinOnOpen : public MountTest {
 protected:
  PinOnOpen() {
    source_.add_snapshot("job/chk-1",
                         {source_.add("job/shared/small", small_), source_.add("job/shared/large", large_)});
  }

  MountSpec spec(const std::string& more = "") const {
    return {{source_.path()}, {"-o", "pin-on-open=1" + more}};
  }
  // Copies the snapshot from the mount and expects the copy to be whole.
  void expect_whole(const std::string& snapshot) {
    const std::string copied = target_ / std::to_string(++copies_);
    const RunResult result = copy(snapshot, copied);
    ASSERT_EQ(result.code, 0) << result;
    EXPECT_EQ(not_self_contained(copied), "");
    EXPECT_TRUE(read_file(copied + "/small") == small_);
    EXPECT_TRUE(read_file(copied + "/large") == large_);
  }
  // Waits until the mount has seen that it is gone.
  static bool is_noticed(const Mount& mount, const std::string& directory, const std::string& name) {
    return within(kShownSoon, [&] {
      const std::set<std::string> names = set_of(names_in(mount / directory));
      return !names.contains(name) && status_of(mount).find("\"behind_seconds\":0E0") != std::string::npos;
    });
  }

  const std::string small_ = pattern(1000, 1);
  const std::string large_ = pattern(300'000, 2);
  const Handmade source_;
  const TempDirectory target_;
  int copies_ = 0;
};

class PinOnOpenInEachMode : public PinOnOpen, public ::testing::WithParamInterface<const char*> {};

TEST_P(PinOnOpenInEachMode, copies_what_was_deleted_after_its_directory_was_opened) {
  const Mount mount(spec(std::string(",io=") + GetParam()));
  const Directory directory = entered(mount / "job/chk-1");
  stdfs::remove_all(source_ / "job/chk-1");
  stdfs::remove_all(source_ / "job/shared");
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/next", "next")});
  const std::vector<std::string> left = {"chk-2"};
  ASSERT_TRUE(within(kShownSoon, [&] { return names_in(mount / "job") == left; })) << read_file(mount.log());
  expect_whole(mount / "job/chk-1");
  EXPECT_EQ(set_of(names_in(mount / "job/chk-1")), (std::set<std::string>{"_metadata", "small", "large"}));
  EXPECT_EQ(names_in(mount / "job"), left);
  EXPECT_EQ(read_file(mount / "job/chk-2/next"), "next");
}

INSTANTIATE_TEST_SUITE_P(Io, PinOnOpenInEachMode, ::testing::Values("hybrid", "plain"),
                         [](const auto& test) { return std::string(test.param); });

TEST_F(PinOnOpen, reads_back_all_that_flink_wrote_when_all_of_the_storage_is_deleted) {
  for (const std::string name : {"chained", "file-merging"}) {
    for (const Scenario& scenario : scenarios_called(name)) {
      const Storage storage(scenario);
      const std::string snapshot = storage.newest_snapshot();
      const std::map<std::string, std::string> expected = storage.expected_files(snapshot);
      const Mount mount({{storage.path()}, {"-o", "pin-on-open=1"}});
      const std::string metadata = read_file(mount / (snapshot + "/_metadata"));
      const Directory directory = entered(mount / snapshot);
      for (const std::string& entry : names_in(storage.path())) stdfs::remove_all(storage / entry);
      ASSERT_TRUE(within(kShownSoon, [&] { return names_in(mount.path()).empty(); }));
      const std::string copied = target_ / test_name(scenario);
      const RunResult result = copy(mount / snapshot, copied);
      ASSERT_EQ(result.code, 0) << result;
      EXPECT_EQ(not_self_contained(copied), "");
      std::map<std::string, std::string> files = contents_of(copied);
      EXPECT_TRUE(files["_metadata"] == metadata);
      files.erase("_metadata");
      EXPECT_TRUE(files == expected) << scenario << ": other files, or other bytes";
    }
  }
}

TEST_F(PinOnOpen, lets_go_of_what_nobody_uses_any_more) {
  const Mount mount(spec());
  Directory directory = entered(mount / "job/chk-1");
  EXPECT_TRUE(holds(mount, "job/chk-1")) << status_of(mount);
  EXPECT_EQ(descriptors_below(mount.pid(), source_ / "job/shared"), 2U);
  stdfs::remove_all(source_ / "job");
  std::this_thread::sleep_for(3 * kGrace);
  EXPECT_TRUE(stdfs::exists(mount / "job/chk-1/large")) << "the directory is open";
  directory.reset();
  std::this_thread::sleep_for(kGrace / 2);
  EXPECT_TRUE(holds(mount, "job/chk-1")) << "not even the grace period";
  ASSERT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
  EXPECT_TRUE(within(kShownSoon, [&] { return !stdfs::exists(mount / "job/chk-1"); }));
  EXPECT_FALSE(stdfs::exists(mount / "job"));
  EXPECT_EQ(descriptors_below(mount.pid(), source_ / "job"), 0U);
}

TEST_F(PinOnOpen, lets_go_of_what_is_still_there_and_shows_it_all_the_same) {
  const Mount mount(spec());
  entered(mount / "job/chk-1").reset();
  ASSERT_TRUE(holds(mount, "job/chk-1"));
  ASSERT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
  expect_whole(mount / "job/chk-1");
}

TEST_F(PinOnOpen, is_renewed_by_who_goes_on_by_path) {
  const Mount mount(spec());
  entered(mount / "job/chk-1").reset();
  stdfs::remove_all(source_ / "job");
  for (int i = 0; i < 12; ++i) {
    std::this_thread::sleep_for(kGrace / 4);
    ASSERT_TRUE(read_file(mount / "job/chk-1/small") == small_);
  }
  EXPECT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
}

TEST_F(PinOnOpen, holds_all_of_a_snapshot_of_which_one_file_is_open) {
  const Mount mount(spec());
  base::UniqueFd open(::open((mount / "job/chk-1/small").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(open);
  stdfs::remove_all(source_ / "job");
  ASSERT_TRUE(within(kShownSoon, [&] { return names_in(mount.path()).empty(); }));
  std::this_thread::sleep_for(3 * kGrace);
  expect_whole(mount / "job/chk-1");
  open.reset();
  EXPECT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
}

TEST_F(PinOnOpen, holds_the_snapshot_that_a_process_is_inside_of) {
  const Mount mount(spec());
  const std::string go = target_ / "go";
  const std::string copied = target_ / "copied";
  Process inside({"sh", "-ec", "until test -e " + go + "; do sleep 0.05; done; pwd -P; cp -r . " + copied},
                 mount / "job/chk-1");
  ASSERT_TRUE(within(kReleased, [&] { return holds(mount, "job/chk-1"); })) << status_of(mount);
  stdfs::remove_all(source_ / "job");
  std::this_thread::sleep_for(3 * kGrace);
  write_file(go, "");
  const RunResult result = inside.wait();
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(result.out, mount / "job/chk-1\n");
  EXPECT_EQ(not_self_contained(copied), "");
  EXPECT_TRUE(read_file(copied + "/large") == large_);
  EXPECT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
}

TEST_F(PinOnOpen, holds_many_snapshots_and_each_of_their_files_once) {
  constexpr int kSnapshots = 40;
  std::vector<std::string> handles = {source_.add("job/shared/small", small_),
                                      source_.add("job/shared/large", large_)};
  for (int i = 0; i < kSnapshots; ++i) {
    const std::string snapshot = "job/chk-" + std::to_string(i + 10);
    std::vector<std::string> own = handles;
    own.push_back(source_.add(snapshot + "/own", pattern(100, static_cast<uint64_t>(i))));
    source_.add_snapshot(snapshot, own);
  }
  const Mount mount(spec());
  std::vector<Directory> directories;
  for (int i = 0; i < kSnapshots; ++i)
    directories.push_back(entered(mount / ("job/chk-" + std::to_string(i + 10))));
  EXPECT_EQ(descriptors_below(mount.pid(), source_ / "job"), 2U + kSnapshots);
  stdfs::remove_all(source_ / "job");
  ASSERT_TRUE(within(kShownSoon, [&] { return names_in(mount.path()).empty(); }));
  for (int i = 0; i < kSnapshots; ++i) {
    const std::string snapshot = mount / ("job/chk-" + std::to_string(i + 10));
    EXPECT_EQ(read_file(snapshot + "/own"), pattern(100, static_cast<uint64_t>(i)));
    expect_whole(snapshot);
  }
  directories.clear();
  ASSERT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
  EXPECT_EQ(descriptors_below(mount.pid(), source_ / "job"), 0U);
}

TEST_F(PinOnOpen, of_a_snapshot_that_lost_a_file_before_fails_as_a_whole) {
  const Mount mount(spec());
  stdfs::remove(source_ / "job/shared/large");
  EXPECT_NE(copy(mount / "job/chk-1", target_ / "copied").code, 0);
  EXPECT_FALSE(stdfs::exists(target_ / "copied/small")) << "half a copy";
  EXPECT_FALSE(holds(mount, "job/chk-1"));
  EXPECT_EQ(descriptors_below(mount.pid(), source_ / "job/shared"), 0U);
  EXPECT_NE(read_file(mount.log()).find("shared/large"), std::string::npos) << "the log does not say why";
  // A snapshot that was not deleted after all is shown as broken.
  std::this_thread::sleep_for(kGrace / 2);
  EXPECT_NE(copy(mount / "job/chk-1", target_ / "copied").code, 0);
  EXPECT_FALSE(stdfs::exists(target_ / "copied/small")) << "half a copy";
  ASSERT_TRUE(within(kReleased, [&] { return read_errno(mount / "job/chk-1/small") == 0; }));
  EXPECT_EQ(read_errno(mount / "job/chk-1/large"), EIO);
}

TEST_F(PinOnOpen, of_a_snapshot_without_its_metadata_fails_as_a_whole) {
  const Mount mount(spec(",poll=0"));
  stdfs::remove(source_ / "job/chk-1/_metadata");
  EXPECT_NE(copy(mount / "job/chk-1", target_ / "copied").code, 0);
  EXPECT_FALSE(stdfs::exists(target_ / "copied/small")) << "half a copy";
}

TEST_F(PinOnOpen, does_not_hide_what_comes_in_place_of_the_directories_above) {
  const Mount mount(spec());
  const Directory directory = entered(mount / "job/chk-1");
  stdfs::remove_all(source_ / "job");
  ASSERT_TRUE(within(kShownSoon, [&] { return names_in(mount.path()).empty(); }));
  EXPECT_TRUE(stdfs::exists(mount / "job/chk-1/small"));
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/next", "next")});
  ASSERT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-2/next"); }));
  EXPECT_EQ(names_in(mount / "job"), std::vector<std::string>{"chk-2"});
  expect_whole(mount / "job/chk-1");
}

TEST_F(PinOnOpen, keeps_a_snapshot_as_it_was_when_its_metadata_is_replaced) {
  const Mount mount(spec());
  Directory directory = entered(mount / "job/chk-1");
  source_.add_snapshot("job/chk-1", {source_.add("job/shared/other", "other")});
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/other", "other")});
  ASSERT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-2/other"); }));
  expect_whole(mount / "job/chk-1");
  directory.reset();
  ASSERT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
  EXPECT_TRUE(within(kShownSoon, [&] { return stdfs::exists(mount / "job/chk-1/other"); }));
  EXPECT_EQ(set_of(names_in(mount / "job/chk-1")), (std::set<std::string>{"_metadata", "other"}));
}

TEST_F(PinOnOpen, ends_when_the_index_is_made_anew) {
  const Mount mount(spec());
  const Directory directory = entered(mount / "job/chk-1");
  ASSERT_TRUE(holds(mount, "job/chk-1"));
  stdfs::remove(mount.index());
  ASSERT_TRUE(within(kReleased, [&] { return holds_nothing(mount); })) << status_of(mount);
  expect_whole(mount / "job/chk-1");
}

TEST_F(PinOnOpen, of_too_many_files_is_refused_and_the_log_says_so) {
  std::vector<std::string> handles;
  for (int i = 0; i < 300; ++i)
    handles.push_back(source_.add("job/shared/" + std::to_string(i), std::to_string(i)));
  source_.add_snapshot("job/chk-2", handles);
  const Limited limited(target_ / "limited", 300);
  const Mount mount(spec());
  const Directory directory = entered(mount / "job/chk-2");
  EXPECT_FALSE(holds(mount, "job/chk-2"));
  EXPECT_NE(status_of(mount).find("\"refused\":1"), std::string::npos) << status_of(mount);
  EXPECT_NE(read_file(mount.log()).find("raise the limit of open files"), std::string::npos);
  EXPECT_EQ(copy(mount / "job/chk-2", target_ / "copied").code, 0) << "it is shown as ever";
  const Directory other = entered(mount / "job/chk-1");
  EXPECT_TRUE(holds(mount, "job/chk-1"));
}

TEST_F(PinOnOpen, is_off_unless_asked_for_and_excludes_push) {
  const Mount mount(source_.path());
  EXPECT_NE(status_of(mount).find("\"pin_on_open\":\"off\""), std::string::npos);
  EXPECT_THROW(Mount(spec(",io=push")), std::runtime_error);
  EXPECT_THROW(Mount({{source_.path()}, {"-o", "pin-on-open=0"}}), std::runtime_error);
  const Mount held({{source_.path()}, {"-o", "pin-on-open"}});
  EXPECT_NE(status_of(held).find("\"grace_seconds\":60"), std::string::npos);
  EXPECT_NE(status_of(held).find("\"mode\":\"hybrid\",\"why\":\"pin-on-open"), std::string::npos);
}

}  // namespace
}  // namespace checkpointfs::test
