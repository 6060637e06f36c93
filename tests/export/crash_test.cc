// SPDX-License-Identifier: Apache-2.0
// Exports that are killed, at each call that changes something and at random moments; and disks that fail.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iostream>
#include <random>
#include <system_error>

#include "base/errors.h"
#include "tests/export/export_world.h"
#include "tests/removal/stepping.h"
#include "tests/support/killed.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::exporting {
namespace {

using removal::SteppingChanges;

constexpr Kind kKinds[] = {Kind::kCopy, Kind::kLink, Kind::kJobs, Kind::kIntoCopy};

TEST(ExportCrash, killed_at_any_call_one_more_run_finishes) {
  int kills = 0;
  for (const Kind kind : kKinds) {
    for (int at = 0;; ++at) {
      const test::TempDirectory directory;
      ExportWorld world(kind, directory.path());
      const bool killed =
          removal::run_and_kill(world.clock(), at, [&](auto& changes) { world.run(changes); });
      ASSERT_EQ("", world.problem_now()) << to_text(kind) << " killed at call " << at;
      if (killed) ++kills;
      world.run_again();
      ASSERT_EQ("", world.problem_at_end()) << to_text(kind) << " killed at call " << at;
      if (!killed) break;
    }
  }
  std::cout << "kill -9 at each call of an export: " << kills << "\n";
  EXPECT_GE(kills, 200);
}

TEST(ExportCrash, killed_again_and_again_it_still_ends) {
  std::mt19937 random(5);
  int kills = 0;
  for (int round = 0; round < 40; ++round) {
    const test::TempDirectory directory;
    const Kind kind = kKinds[round % 4];
    ExportWorld world(kind, directory.path());
    for (int tries = 0; tries < 4; ++tries) {
      if (!removal::run_and_kill(world.clock(), static_cast<int>(random() % 90),
                                 [&](auto& changes) { world.run(changes); }))
        break;
      ++kills;
      ASSERT_EQ("", world.problem_now()) << to_text(kind) << " in round " << round;
    }
    world.run_again();
    ASSERT_EQ("", world.problem_at_end()) << to_text(kind) << " in round " << round;
  }
  std::cout << "kill -9 of an export, several in a row: " << kills << "\n";
}

TEST(ExportCrash, killed_at_a_random_moment_one_more_run_finishes) {
  constexpr int kFiles = 100;
  std::mt19937_64 random(7);
  int kills = 0;
  std::chrono::microseconds whole{0};
  for (const Kind kind : kKinds) {
    const test::TempDirectory directory;
    ExportWorld world(kind, directory.path(), kFiles);
    const auto begin = std::chrono::steady_clock::now();
    world.run_again();
    whole = std::max(whole, std::chrono::duration_cast<std::chrono::microseconds>(
                                std::chrono::steady_clock::now() - begin));
  }
  for (int round = 0; round < 100; ++round) {
    const test::TempDirectory directory;
    const Kind kind = kKinds[round % 4];
    ExportWorld world(kind, directory.path(), kFiles);
    const std::chrono::microseconds patience(random() % static_cast<uint64_t>(whole.count()));
    if (!test::work_and_kill(patience, [&] { world.run_again(); })) {
      ++kills;
    } else {
      whole = std::max(patience, std::chrono::microseconds{1});  // it had ended by then: kill earlier
    }
    ASSERT_EQ("", world.problem_now()) << to_text(kind) << " after " << patience.count() << " us";
    world.run_again();
    ASSERT_EQ("", world.problem_at_end()) << to_text(kind) << " after " << patience.count() << " us";
  }
  std::cout << "kill -9 of an export at random moments: " << kills << "\n";
  EXPECT_GE(kills, 30);
}

class ExportFault : public testing::TestWithParam<int> {};

TEST_P(ExportFault, at_any_call_is_an_error_at_most_and_one_more_run_finishes) {
  const int error = GetParam();
  int faults = 0;
  for (const Kind kind : kKinds) {
    for (int at = 0;; ++at) {
      const test::TempDirectory directory;
      ExportWorld world(kind, directory.path());
      SteppingChanges changes(world.clock(), [&](int call) { return call == at ? error : 0; });
      std::string said;
      try {
        world.run(changes);
      } catch (const base::SystemError& e) {
        said = e.what();
        EXPECT_EQ(error, e.code()) << said;
      }
      ASSERT_EQ("", world.problem_now()) << to_text(kind) << ", call " << at << ": " << said;
      ASSERT_TRUE(!said.empty() || world.is_done()) << to_text(kind) << ", call " << at;
      world.run_again();
      ASSERT_EQ("", world.problem_at_end()) << to_text(kind) << ", call " << at << ": " << said;
      if (changes.calls() <= at) break;
      ++faults;
    }
  }
  std::cout << "faults (" << std::generic_category().message(error)
            << ") at each call of an export: " << faults << "\n";
  EXPECT_GE(faults, 200);
}

// A disk that is full, or has become read-only.
TEST_P(ExportFault, that_lasts_from_any_call_on_is_an_error_and_one_more_run_finishes) {
  const int error = GetParam();
  for (const Kind kind : kKinds) {
    for (int at = 0;; at += 3) {
      const test::TempDirectory directory;
      ExportWorld world(kind, directory.path());
      SteppingChanges changes(world.clock(), [&](int call) { return call >= at ? error : 0; });
      try {
        world.run(changes);
      } catch (const base::SystemError&) {
      }
      ASSERT_EQ("", world.problem_now()) << to_text(kind) << ", call " << at;
      world.run_again();
      ASSERT_EQ("", world.problem_at_end()) << to_text(kind) << ", call " << at;
      if (changes.calls() <= at) break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Errors, ExportFault, testing::Values(EIO, ENOSPC));

}  // namespace
}  // namespace checkpointfs::exporting
