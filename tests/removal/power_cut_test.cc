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
    const bool ended = run_and_cut(step.clock(), at, disk, [&](auto& changes) { step.run(changes); });
    ++cuts;
    ASSERT_TRUE(disk.remount());
    ASSERT_EQ("", step.problem_now()) << Step::name(kind) << ", power cut at call " << at;
    // A step that was reported as done is done.
    ASSERT_TRUE(!ended || step.is_done()) << Step::name(kind);
    step.run_again();
    ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << ", power cut at call " << at;
  }
  std::cout << "power cuts during rm, gc, restore and purge: " << cuts << "\n";
}

}  // namespace
}  // namespace checkpointfs::removal
