// SPDX-License-Identifier: Apache-2.0
// Power cuts: the storage lies on an ext4 of its own, in a file, which is shut down at once, without writing
// what it has in memory, and mounted again.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <random>

#include "stepping.h"
#include "steps.h"
#include "tests/support/power_cut_disk.h"

namespace checkpointfs::removal {
namespace {

TEST(PowerCut, at_any_call_loses_nothing_and_one_more_run_ends_as_planned) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount a disk";
  int cuts = 0;
  std::mt19937 random(11);
  for (int round = 0; round < 24; ++round) {
    test::PowerCutDisk disk;
    if (!disk.is_made()) GTEST_SKIP() << "no ext4 can be made and mounted here";
    const Step::Kind kind = Step::kKinds[round % 4];
    Step step(kind, disk.path());
    disk.sync();
    const int at = static_cast<int>(random() % 60);
    const pid_t child = ::fork();
    if (child == 0) {
      SteppingChanges changes(step.clock(), [&](int call) {
        if (call == at) {
          disk.cut();
          ::_exit(1);
        }
        return 0;
      });
      step.run(changes);
      disk.cut();
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(child, ::waitpid(child, &status, 0));
    ASSERT_TRUE(WIFEXITED(status));
    ++cuts;
    ASSERT_TRUE(disk.remount());
    ASSERT_EQ("", step.problem_now()) << Step::name(kind) << ", power cut at call " << at;
    // A step that was reported as done is done.
    ASSERT_TRUE(WEXITSTATUS(status) != 0 || step.is_done()) << Step::name(kind);
    step.run_again();
    ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << ", power cut at call " << at;
  }
  std::cout << "power cuts during rm, gc, restore and purge: " << cuts << "\n";
}

}  // namespace
}  // namespace checkpointfs::removal
