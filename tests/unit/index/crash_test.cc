// SPDX-License-Identifier: Apache-2.0
// A scan that is killed at any moment: the next one finishes the work.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "base/text/message.h"
#include "tests/support/killed.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using Clock = std::chrono::steady_clock;

class Crash : public testing::Test {
 protected:
  // Jobs whose checkpoints share files, some of them missing, written elsewhere.
  void write_source(int jobs, int checkpoints, int files) {
    for (int job = 0; job < jobs; ++job) {
      for (int n = 0; n < checkpoints + files; ++n) {
        if (n % 17 != 16) storage_.state_file(base::format("job{}/shared/f{}", job, n), 10);
      }
      for (int n = 0; n < checkpoints; ++n) {
        std::vector<std::string> handles;
        for (int f = 0; f < files; ++f)
          handles.push_back(test::file(base::format("hdfs://nn/cp/job{}/shared/f{}", job, n + f), 10));
        storage_.snapshot(base::format("job{}/chk-{}", job, n), handles, n);
      }
    }
  }

  bool scan_and_kill(std::chrono::microseconds patience) {
    return test::work_and_kill(patience, [this] { scan(storage_.options, {}); });
  }

  std::string fresh_dump() {
    const std::string kept = storage_.options.index_file;
    storage_.options.index_file = storage_.temporary.path() + "/fresh/index";
    test::remove_all(storage_.temporary.path() + "/fresh");
    storage_.scan();
    const std::string dump = storage_.dump();
    storage_.options.index_file = kept;
    return dump;
  }

  test::IndexedStorage storage_;
};

TEST_F(Crash, killed_scans_are_finished_by_the_next_and_leave_what_a_fresh_one_would) {
  write_source(8, 40, 20);
  const std::string fresh = fresh_dump();
  const auto start = Clock::now();
  scan(storage_.options, {});
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  std::mt19937 random(20);
  int killed = 0;
  for (int round = 0; round < 20; ++round) {
    test::remove_all(storage_.temporary.path() + "/index");
    // One or several kills in a row.
    for (int kills = round % 3; kills >= 0; --kills) {
      const auto patience = std::uniform_int_distribution<int64_t>(0, whole.count())(random);
      killed += !scan_and_kill(std::chrono::microseconds(patience));
    }
    storage_.scan();
    EXPECT_EQ(fresh, storage_.dump()) << "round " << round;
    if (HasFailure()) break;
  }
  EXPECT_GT(killed, 10);
}

TEST_F(Crash, killed_scans_of_a_changed_source_are_finished_by_the_next) {
  write_source(4, 40, 20);
  storage_.scan();
  std::mt19937 random(7);
  int killed = 0;
  for (int round = 0; round < 10; ++round) {
    test::remove_all(storage_.path(base::format("job{}/chk-{}", round % 4, round)));
    for (int n = 0; n < 10; ++n) {
      storage_.snapshot(base::format("new{}/chk-{}", round, n),
                        {test::file(base::format("hdfs://nn/cp/job1/shared/f{}", n), 10)});
    }
    storage_.snapshot("job2/chk-20", {test::file(base::format("hdfs://nn/cp/job1/shared/f{}", round), 10)});
    killed += !scan_and_kill(std::chrono::microseconds(std::uniform_int_distribution(0, 30'000)(random)));
    storage_.scan();
    EXPECT_EQ(storage_.reader().totals().snapshots,
              static_cast<uint64_t>(160 - round - 1 + 10 * (round + 1)));
    EXPECT_EQ(0u, storage_.scan().metadata_read);
  }
  EXPECT_GT(killed, 0);
}

}  // namespace
}  // namespace checkpointfs::index
