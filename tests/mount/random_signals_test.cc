// SPDX-License-Identifier: Apache-2.0
// A signal at any moment of a start leaves neither a mount nor a process.
#include <csignal>
#include <random>
#include <thread>

#include "handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr int kRounds = 60;

class RandomSignals : public MountTest, public ::testing::WithParamInterface<bool> {
 protected:
  RandomSignals() {
    for (int i = 0; i < 20; ++i) {
      const std::string name = std::to_string(i);
      source_.add_snapshot("job/chk-" + name, {source_.add("job/shared/" + name, name)});
    }
    stdfs::create_directory(mount_point_);
  }
  ~RandomSignals() override { detach(mount_point_); }

  const Handmade source_;
  const std::string mount_point_ = source_.outside("mnt");
};

TEST_P(RandomSignals, leave_nothing_behind) {
  std::mt19937 random(7);
  int interrupted = 0;
  int mounted = 0;
  for (int round = 0; round < kRounds; ++round) {
    // Each second time there is an index already.
    if (round % 2 == 0) {
      for (const char* suffix : {"", "-wal", "-shm", ".lock"})
        stdfs::remove(source_.outside("index.db") + suffix);
    }
    std::vector<std::string> argv = checkpointfs_command({"mount", "--index", source_.outside("index.db")});
    if (GetParam()) argv.emplace_back("-f");
    argv.push_back(source_.path());
    argv.push_back(mount_point_);
    Process process(argv);
    // Most starts take far less than the longest delay, so that short ones are to be more frequent.
    const auto longest = round % 3 == 0 ? 300'000U : 40'000U;
    const int signal = std::vector<int>{SIGTERM, SIGINT, SIGHUP}[random() % 3];
    std::this_thread::sleep_for(std::chrono::microseconds(random() % longest));
    process.signal(signal);
    const RunResult result = process.wait(Milliseconds(15'000));
    ASSERT_NE(result.code, RunResult::kTimedOut)
        << "signal " << signal << " in round " << round << ": " << result;
    if (!GetParam() && result.code == 0 && !mount_type_at(mount_point_).empty()) {
      // The command had ended, and had mounted, before the signal came.
      ++mounted;
      ASSERT_EQ(checkpointfs({"umount", mount_point_}).code, 0);
    } else {
      ++interrupted;
    }
    ASSERT_EQ(mount_type_at(mount_point_), "")
        << "signal " << signal << " in round " << round << ": " << result;
    for (const pid_t pid : running_daemons()) {
      ASSERT_TRUE(ends_within(pid, Milliseconds(5'000)))
          << "a process is left in round " << round << ": " << result;
    }
  }
  EXPECT_GT(interrupted, kRounds / 4);
  if (!GetParam()) {
    EXPECT_GT(mounted, 0) << "the delays are too short";
  }
}

INSTANTIATE_TEST_SUITE_P(Starts, RandomSignals, ::testing::Values(false, true),
                         [](const auto& test) { return test.param ? "in_foreground" : "in_background"; });

}  // namespace
}  // namespace checkpointfs::test
