// SPDX-License-Identifier: Apache-2.0
// Calls that fail: each of those that change anything, with each error that a disk has.
#include <gtest/gtest.h>

#include <cerrno>
#include <iostream>
#include <system_error>

#include "base/errors.h"
#include "stepping.h"
#include "steps.h"

namespace checkpointfs::removal {
namespace {

class Fault : public testing::TestWithParam<int> {};

TEST_P(Fault, at_any_call_is_an_error_at_most_and_one_more_run_ends_as_planned) {
  const int error = GetParam();
  int faults = 0;
  for (const Step::Kind kind : Step::kKinds) {
    for (int at = 0;; ++at) {
      Step step(kind);
      SteppingChanges changes(step.clock(), [&](int call) { return call == at ? error : 0; });
      std::string said;
      try {
        step.run(changes);
      } catch (const base::SystemError& e) {
        said = e.what();
        EXPECT_EQ(error, e.code());
      }
      const bool happened = changes.calls() > at;
      if (happened) ++faults;
      ASSERT_EQ("", step.problem_now()) << Step::name(kind) << ", call " << at << ": " << said;
      step.run_again();
      ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << ", call " << at << ": " << said;
      if (!happened) break;
    }
  }
  std::cout << "faults (" << std::generic_category().message(error)
            << ") at each call of rm, gc, restore and purge: " << faults << "\n";
  EXPECT_GE(faults, 100);
}

// The same from that call on, as of a disk that is full or has become read-only.
TEST_P(Fault, that_lasts_from_any_call_on_loses_nothing) {
  const int error = GetParam();
  for (const Step::Kind kind : Step::kKinds) {
    for (int at = 0;; ++at) {
      Step step(kind);
      SteppingChanges changes(step.clock(), [&](int call) { return call >= at ? error : 0; });
      try {
        step.run(changes);
      } catch (const base::SystemError&) {
      }
      ASSERT_EQ("", step.problem_now()) << Step::name(kind) << ", call " << at;
      step.run_again();
      ASSERT_EQ("", step.problem_at_end()) << Step::name(kind) << ", call " << at;
      if (changes.calls() <= at) break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Errors, Fault, testing::Values(EIO, ENOSPC, EACCES, EBUSY));

// A file that cannot be moved stops nothing but itself.
TEST(OneFault, of_one_file_leaves_the_others_to_go) {
  Step step(Step::Kind::kRm);
  int moves = 0;
  class FailingMove : public WorldChanges {
   public:
    FailingMove(const int64_t& clock, int& moves) : WorldChanges(clock), moves_(moves) {}
    int move(int from, const char* name, int to, const char* new_name) override {
      return ++moves_ == 4 ? EBUSY : WorldChanges::move(from, name, to, new_name);
    }

   private:
    int& moves_;
  } changes(step.clock(), moves);
  const Applied applied = step.apply(changes);
  EXPECT_EQ(1U, applied.failed.size());
  EXPECT_GT(moves, 4);
  EXPECT_FALSE(step.is_done());
  step.run_again();
  EXPECT_EQ("", step.problem_at_end());
}

}  // namespace
}  // namespace checkpointfs::removal
