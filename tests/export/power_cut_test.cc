// SPDX-License-Identifier: Apache-2.0
// Power cuts: the target lies on an ext4 of its own.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <random>

#include "tests/export/export_world.h"
#include "tests/removal/stepping.h"
#include "tests/support/power_cut_disk.h"

namespace checkpointfs::exporting {
namespace {

TEST(ExportPowerCut, at_any_call_leaves_what_one_more_run_finishes_and_what_was_done_stays) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount a disk";
  constexpr Kind kCutKinds[] = {Kind::kCopy, Kind::kJobs, Kind::kIntoCopy};
  int cuts = 0;
  std::mt19937 random(13);
  for (int round = 0; round < 24; ++round) {
    test::PowerCutDisk disk;
    if (!disk.is_made()) GTEST_SKIP() << "no ext4 can be made and mounted here";
    const Kind kind = kCutKinds[round % 3];
    ExportWorld world(kind, disk.path());
    disk.sync();
    // One of four exports ends before the cut.
    const int at = round % 4 == 3 ? -1 : static_cast<int>(random() % 100);
    const bool ended =
        removal::run_and_cut(world.clock(), at, disk, [&](auto& changes) { world.run(changes); });
    ++cuts;
    ASSERT_TRUE(disk.remount());
    ASSERT_EQ("", world.problem_now()) << to_text(kind) << ", power cut at call " << at;
    // An export that was reported as done is whole.
    if (ended) {
      ASSERT_EQ("", world.problem_at_end()) << to_text(kind);
    }
    world.run_again();
    ASSERT_EQ("", world.problem_at_end()) << to_text(kind) << ", power cut at call " << at;
  }
  std::cout << "power cuts during an export: " << cuts << "\n";
}

}  // namespace
}  // namespace checkpointfs::exporting
