// SPDX-License-Identifier: Apache-2.0
// The destination and the length of a mount's log.
#include <csignal>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class Log : public MountTest {
 protected:
  Log() {
    source_.add_snapshot("job/chk-1", {source_.add("job/shared/file", "content")});
    stdfs::create_directory(mount_point_);
  }
  ~Log() override { detach(mount_point_); }

  // The log of a mount that is mounted and unmounted at once.
  std::string log_of(const std::vector<std::string>& options) const {
    MountSpec spec{{source_.path()}};
    spec.options = options;
    Mount mount(spec);
    mount.unmount();
    return read_file(mount.log());
  }

  const Handmade source_;
  const std::string mount_point_ = source_.outside("mnt");
};

TEST_F(Log, has_what_its_level_lets_through) {
  EXPECT_EQ(log_of({}), "");
  EXPECT_EQ(log_of({"--log-level", "error"}), "");
  for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
           {"-v"}, {"--log-level", "info"}, {"-o", "log-level=info"}, {"--log-level", "debug"}}) {
    const std::string log = log_of(options);
    EXPECT_NE(log.find(" info: "), std::string::npos) << log;
    EXPECT_NE(log.find(": 1 snapshot, 1 file"), std::string::npos) << log;
  }
  EXPECT_EQ(log_of({"-v", "--log-level", "warning"}), "") << "the level that is named is the one";
}

TEST_F(Log, of_level_debug_has_decisions_and_scans) {
  MountSpec spec{{source_.path()}};
  spec.options = {"--log-level", "debug"};
  const Mount mount(spec);
  const auto has = [&](const std::string& text) {
    return within(kLongEnough, [&] { return read_file(mount.log()).find(text) != std::string::npos; });
  };
  EXPECT_TRUE(has(" debug: the io mode is ")) << read_file(mount.log());
  EXPECT_TRUE(has(" debug: source " + source_.path() + " is ")) << read_file(mount.log());
  source_.add_snapshot("job/chk-2", {source_.add("job/shared/other", "content")});
  EXPECT_TRUE(has(" debug: scanned ")) << read_file(mount.log());
  EXPECT_TRUE(has("1 _metadata file read, 0 snapshots removed")) << read_file(mount.log());
}

TEST_F(Log, of_level_debug_has_snapshots_that_are_held_and_released) {
  MountSpec spec{{source_.path()}};
  spec.options = {"--log-level", "debug", "-o", "pin-on-open=1"};
  const Mount mount(spec);
  EXPECT_EQ(read_file(mount / "job/chk-1/file"), "content");
  for (const char* text : {" debug: job/chk-1 is held: 1 file", " debug: job/chk-1 is released: "}) {
    EXPECT_TRUE(within(kLongEnough, [&] { return read_file(mount.log()).find(text) != std::string::npos; }))
        << text << ": " << read_file(mount.log());
  }
}

TEST_F(Log, level_that_is_none_is_refused) {
  for (const std::vector<std::string>& options :
       std::vector<std::vector<std::string>>{{"--log-level", "loud"}, {"-o", "log-level=loud"}}) {
    std::vector<std::string> words = {"mount"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {source_.path(), mount_point_});
    const RunResult result = checkpointfs(words);
    EXPECT_EQ(result.code, 2) << result;
    EXPECT_NE(result.err.find("debug, info, warning or error"), std::string::npos) << result;
  }
}

TEST_F(Log, on_standard_error_that_is_the_journal_has_priorities) {
  std::vector<std::string> command = {"sh", "-c", "JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2) exec \"$@\"",
                                      "sh"};
  for (const std::string& word : checkpointfs_command(
           {"mount", "-fv", "--index", source_.outside("index.db"), source_.path(), mount_point_}))
    command.push_back(word);
  {
    Process mount(command);
    ASSERT_TRUE(within(kLongEnough, [&] { return mount_type_at(mount_point_) == "fuse.checkpointfs"; }));
    ASSERT_TRUE(within(kLongEnough, [&] { return stdfs::exists(mount_point_ + "/job"); }));
    mount.signal(SIGTERM);
    const RunResult result = mount.wait();
    EXPECT_EQ(result.code, 0) << result;
    EXPECT_EQ(result.err.find("<6>" + mount_point_ + ": 1 snapshot"), 0) << result;
  }
  command.back() = source_.outside("nowhere");
  const RunResult failed = run(command);
  EXPECT_EQ(failed.err.find("<3>checkpointfs: "), 0) << failed;
}

TEST_F(Log, goes_to_no_journal_that_is_not_there) {
  if (stdfs::exists("/run/systemd/journal/socket")) GTEST_SKIP() << "there is a journal here";
  const RunResult result = checkpointfs(
      {"mount", "--index", source_.outside("index.db"), "--log", "journal", source_.path(), mount_point_});
  EXPECT_EQ(result.code, 2) << result;
  EXPECT_NE(result.err.find("journal"), std::string::npos) << result;
  EXPECT_EQ(mount_type_at(mount_point_), "");
}

}  // namespace
}  // namespace checkpointfs::test
