// SPDX-License-Identifier: Apache-2.0
#include "cli/output/long_work.h"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <string>

#include "cli/arguments/exit_code.h"

namespace checkpointfs::cli {
namespace {

TEST(LongWork, goes_on_without_a_signal) {
  LongWork work("reading", "snapshot", "run it again");
  work.update(1, 2);
  work.end_if_interrupted();
}

TEST(LongWork, ends_at_the_next_update_after_a_signal_and_says_how_far_it_is) {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::string message;
    {
      LongWork work("reading", "snapshot", "run it again");
      work.update(1, 20);
      ::raise(signal);
      try {
        work.update(2, 20);
      } catch (const Interrupted& e) {
        message = e.what();
        EXPECT_EQ(e.signal(), signal);
        EXPECT_EQ(outcome_of(e).signal, signal);
      }
    }
    EXPECT_EQ(message, "interrupted while reading: 2 of 20 snapshots; run it again");
    LongWork next("reading", "snapshot", "");
    next.update(1, 1);  // forgets the signal
  }
}

TEST(LongWork, within_another_one_leaves_the_signals_to_it) {
  LongWork outer("removing", "file", "");
  { const LongWork inner("reading", "snapshot", ""); }
  ::raise(SIGTERM);  // would end this process
  EXPECT_THROW(outer.update(1, 1), Interrupted);
}

TEST(LongWork, second_signal_ends_the_process) {
  EXPECT_EXIT(
      {
        const LongWork work("reading", "snapshot", "");
        ::raise(SIGTERM);
        ::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace checkpointfs::cli
