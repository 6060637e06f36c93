// SPDX-License-Identifier: Apache-2.0
// A signal at any moment of a start leaves neither a mount nor a process.
#include <csignal>
#include <iostream>
#include <random>
#include <thread>

#include "eventually.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

struct Start {
  const char* name;
  std::vector<std::string> options;
  bool in_background = false;
  int rounds = 60;
};

class RandomSignals : public MountTest, public ::testing::WithParamInterface<Start> {
 protected:
  RandomSignals() {
    for (int i = 0; i < 20; ++i) {
      const std::string name = std::to_string(i);
      source_.add_snapshot("job/chk-" + name, {source_.add("job/shared/" + name, name)});
    }
    stdfs::create_directory(mount_point_);
  }
  ~RandomSignals() override { detach(mount_point_); }

  // The duration of a start in the background on this machine, the first index included.
  std::chrono::microseconds time_of_a_start() const {
    const auto before = std::chrono::steady_clock::now();
    const RunResult result = checkpointfs({"mount", "--index", index_, source_.path(), mount_point_});
    const auto taken = std::chrono::steady_clock::now() - before;
    EXPECT_EQ(result.code, 0) << result;
    EXPECT_EQ(checkpointfs({"umount", mount_point_}).code, 0);
    remove_index();
    return std::chrono::duration_cast<std::chrono::microseconds>(taken);
  }

  void remove_index() const {
    for (const char* suffix : {"", "-wal", "-shm", "-journal", ".lock"}) stdfs::remove(index_ + suffix);
  }

  const Handmade source_;
  const std::string index_ = source_.outside("index.db");
  const std::string mount_point_ = source_.outside("mnt");
};

TEST_P(RandomSignals, leave_nothing_behind) {
  if (GetParam().name == std::string("without_privileges")) NEEDS_ROOT("have privileges to drop");
  std::mt19937 random(7);
  // Each third time the start may have ended before the signal comes.
  const auto start = static_cast<unsigned>(time_of_a_start().count());
  int interrupted = 0;
  int mounted = 0;
  for (int round = 0; round < GetParam().rounds; ++round) {
    // Each second time there is an index already.
    if (round % 2 == 0) remove_index();
    std::vector<std::string> argv = checkpointfs_command({"mount", "--index", index_});
    argv.insert(argv.end(), GetParam().options.begin(), GetParam().options.end());
    argv.push_back(source_.path());
    argv.push_back(mount_point_);
    Process process(argv);
    const unsigned longest = round % 3 == 0 ? 3 * start : start;
    const int signal = std::vector<int>{SIGTERM, SIGINT}[random() % 2];
    std::this_thread::sleep_for(std::chrono::microseconds(random() % longest));
    process.signal(signal);
    const RunResult result = process.wait(Milliseconds(15'000));
    ASSERT_NE(result.code, RunResult::kTimedOut)
        << "signal " << signal << " in round " << round << ": " << result;
    EXPECT_TRUE(result.code == 0 || result.code == 128 + signal) << "in round " << round << ": " << result;
    if (GetParam().in_background && result.code == 0 && !mount_type_at(mount_point_).empty()) {
      // The command had ended, and had mounted, before the signal came.
      ++mounted;
      ASSERT_EQ(checkpointfs({"umount", mount_point_}).code, 0);
    } else {
      ++interrupted;
    }
    // Another process unmounts what one without privileges has left.
    ASSERT_TRUE(within(Milliseconds(5'000), [&] { return mount_type_at(mount_point_).empty(); }))
        << "signal " << signal << " in round " << round << ": " << result;
    ASSERT_EQ(daemons_left(), std::vector<pid_t>{}) << "in round " << round << ": " << result;
  }
  std::cout << "starts and stops with a signal at a random moment: " << interrupted + mounted << ", "
            << interrupted << " interrupted\n";
  EXPECT_GT(interrupted, GetParam().rounds / 4);
  if (GetParam().in_background) {
    EXPECT_GT(mounted, 0) << "the delays are too short";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Starts, RandomSignals,
    ::testing::Values(Start{"in_background", {}, true}, Start{"in_foreground", {"-f"}},
                      Start{"without_privileges", {"-f", "-o", "drop_privileges"}, false, 30}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace checkpointfs::test
