// SPDX-License-Identifier: Apache-2.0
// The program that the children of these tests run is the one of the tests: they run one of its tests.
#include "fs/state/state_child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/errors.h"
#include "fs/state/state_program.h"
#include "fs/state/state_texts.h"
#include "fs/status/store_limiter.h"

namespace checkpointfs::fs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Tests that children run.
TEST(InAChild, DISABLED_fail) {
  std::cerr << "first\ncheckpointfs: the last line\n" << std::flush;
  std::_Exit(3);
}
constexpr const char* kStarts = "CHECKPOINTFS_TEST_STARTS";  // the file in which children count themselves
TEST(InAChild, DISABLED_fail_and_be_counted) {
  std::ofstream(std::getenv(kStarts), std::ios::app) << "x";
  std::cerr << "checkpointfs: damaged\n" << std::flush;
  std::_Exit(8);
}
TEST(InAChild, DISABLED_crash) {
  ::raise(SIGKILL);
}
TEST(InAChild, DISABLED_hang) {
  for (;;) ::pause();
}
TEST(InAChild, DISABLED_print_much) {
  for (int i = 0; i < 100'000; ++i) std::cout << "0123456789\n";
  for (int i = 0; i < 10'000; ++i) std::cerr << "0123456789\n";
}

std::vector<std::string> test_called(const std::string& name) {
  return {"--gtest_also_run_disabled_tests", "--gtest_brief=1", "--gtest_filter=InAChild.DISABLED_" + name};
}

auto in(milliseconds time) {
  return StateChild::Clock::now() + time;
}

// The message and the errno of the error at the end of the text.
struct Failing {
  std::string text;
  int code = 0;
  std::string what;
};
Failing read_all(StateChild& child, milliseconds time = seconds(60),
                 const StateChild::IsUnwanted& unwanted = {}) {
  Failing result;
  try {
    for (std::string piece = child.next(in(time), unwanted); !piece.empty();
         piece = child.next(in(time), unwanted))
      result.text += piece;
  } catch (const base::SystemError& e) {
    result.code = e.code();
    result.what = e.what();
  }
  return result;
}

bool is_alive(pid_t child) {
  return ::kill(child, 0) == 0;
}

TEST(StateChild, prints_all_that_the_program_prints) {
  StateProgram program;
  StateChild child(program, test_called("print_much"));
  const Failing read = read_all(child);
  EXPECT_EQ(read.code, 0) << read.what;
  EXPECT_GE(read.text.size(), 1'100'000U);
}

TEST(StateChild, that_fails_says_why_in_its_last_line) {
  StateProgram program;
  StateChild child(program, test_called("fail"));
  const Failing read = read_all(child);
  EXPECT_EQ(read.code, EIO);
  EXPECT_EQ(read.what, "the last line");
}

TEST(StateChild, that_is_killed_is_an_error) {
  StateProgram program;
  StateChild child(program, test_called("crash"));
  const Failing read = read_all(child);
  EXPECT_EQ(read.code, EIO);
  EXPECT_NE(read.what.find("signal 9"), std::string::npos) << read.what;
}

TEST(StateChild, that_takes_too_long_is_an_error_and_is_killed) {
  StateProgram program;
  const auto begin = StateChild::Clock::now();
  {
    StateChild child(program, test_called("hang"));
    EXPECT_EQ(read_all(child, milliseconds(300)).code, EIO);
  }
  EXPECT_LT(StateChild::Clock::now() - begin, seconds(30));
}

TEST(StateChild, that_nobody_wants_any_more_is_not_waited_for) {
  StateProgram program;
  StateChild child(program, test_called("hang"));
  EXPECT_EQ(read_all(child, seconds(60), [] { return true; }).code, EINTR);
}

TEST(StateProgram, kills_its_children_when_it_stops_and_starts_none_that_lives) {
  StateProgram program;
  const auto started = program.start(test_called("hang"));
  EXPECT_TRUE(is_alive(started.pid));
  EXPECT_FALSE(program.ended(started.pid));
  program.stop();
  const auto ends = [&](pid_t child) {
    for (int i = 0; i < 1000; ++i) {
      if (const auto status = program.ended(child)) return *status;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return 0;
  };
  EXPECT_EQ(ends(started.pid), SIGKILL);
  EXPECT_FALSE(is_alive(started.pid));
  const auto late = program.start(test_called("hang"));
  EXPECT_EQ(ends(late.pid), SIGKILL);
}

TEST(StateTexts, try_a_text_that_fails_once_as_long_as_the_snapshot_is_unchanged) {
  const std::string starts = testing::TempDir() + "starts-" + std::to_string(::getpid());
  ::setenv(kStarts, starts.c_str(), 1);
  ::setenv("GTEST_ALSO_RUN_DISABLED_TESTS", "1", 1);
  ::setenv("GTEST_BRIEF", "1", 1);
  ::setenv("GTEST_FILTER", "InAChild.DISABLED_fail_and_be_counted", 1);
  StoreLimiter stores;
  StateTexts texts(StateShown::kOperator, "index", stores);
  index::Snapshot snapshot;
  snapshot.path = "job/chk-1";
  const auto fails = [&] {
    const StoreLimiter::Request request(stores);
    try {
      texts.get(snapshot, {}, "states.tsv");
    } catch (const base::SystemError& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(fails(), "read states.tsv: damaged");
  EXPECT_EQ(fails(), "read states.tsv: damaged");
  EXPECT_EQ(std::filesystem::file_size(starts), 1U);
  snapshot.metadata_mtime_ns = 1;
  EXPECT_EQ(fails(), "read states.tsv: damaged");
  EXPECT_EQ(std::filesystem::file_size(starts), 2U);
  snapshot.broken_files = 1;
  EXPECT_EQ(fails(), "read states.tsv: damaged");
  EXPECT_EQ(std::filesystem::file_size(starts), 3U);
  for (const char* const name : {kStarts, "GTEST_ALSO_RUN_DISABLED_TESTS", "GTEST_BRIEF", "GTEST_FILTER"})
    ::unsetenv(name);
  std::filesystem::remove(starts);
}

}  // namespace
}  // namespace checkpointfs::fs
