// SPDX-License-Identifier: Apache-2.0
// Processes that are killed at each call that changes anything.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

#include "stepping.h"
#include "steps.h"

namespace checkpointfs::removal {
namespace {

TEST(Crash, killed_at_any_call_one_more_run_ends_as_planned_and_nothing_needed_is_ever_lost) {
  int kills = 0;
  for (const Step::Kind kind : Step::kKinds) {
    for (int at = 0;; ++at) {
      Step step(kind);
      const bool killed = run_and_kill(step.clock(), at, [&](auto& changes) { step.run(changes); });
      ASSERT_EQ("", step.problem_now()) << Step::name(kind) << " killed at call " << at;
      if (killed) ++kills;
      step.run_again();
      ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << " killed at call " << at;
      if (!killed) break;
    }
  }
  std::cout << "kill -9 at each call of rm, gc, restore and purge: " << kills << "\n";
  RecordProperty("kills", kills);
  EXPECT_GE(kills, 100);
}

TEST(Crash, killed_again_and_again_it_still_ends) {
  std::mt19937 random(3);
  int kills = 0;
  for (int round = 0; round < 30; ++round) {
    const Step::Kind kind = Step::kKinds[round % 4];
    Step step(kind);
    if (run_and_kill(step.clock(), static_cast<int>(random() % 40),
                     [&](auto& changes) { step.run(changes); }))
      ++kills;
    for (int tries = 0; tries < 3 && !step.is_done(); ++tries) {
      ASSERT_EQ("", step.problem_now()) << Step::name(kind) << " in round " << round;
      // The next process begins with what the last one left.
      const int at = static_cast<int>(random() % 25);
      const pid_t child = ::fork();
      if (child == 0) {
        SteppingChanges changes(step.clock(), [at](int call) {
          if (call == at) ::kill(::getpid(), SIGKILL);
          return 0;
        });
        step.resume(changes);
        ::_exit(0);
      }
      int status = 0;
      ::waitpid(child, &status, 0);
      if (WIFSIGNALED(status)) ++kills;
      ASSERT_EQ("", step.problem_now()) << Step::name(kind) << " in round " << round;
    }
    step.run_again();
    ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << " in round " << round;
  }
  std::cout << "kill -9 at random, several in a row: " << kills << "\n";
}

}  // namespace
}  // namespace checkpointfs::removal
