// SPDX-License-Identifier: Apache-2.0
#include "index/read/newest.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/errors.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::file;

class NewestTest : public testing::Test {
 protected:
  // A checkpoint `days` old.
  void checkpoint(const std::string& directory, int64_t number, int days,
                  const std::vector<std::string>& handles = {}) {
    storage_.snapshot(directory, handles, number);
    const timespec time = {1'700'000'000 - days * 24 * 3600, 0};
    const timespec times[2] = {time, time};
    const std::string path = storage_.path(directory + "/_metadata");
    if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) base::throw_errno("set the time of", path);
  }
  void two_runs() {
    for (const int n : {102, 103, 104}) checkpoint("job/chk-" + std::to_string(n), n, 130 - n);
    for (const int n : {1, 2, 3}) checkpoint("job/chk-" + std::to_string(n), n, 4 - n);
  }
  std::vector<JobRuns> jobs() {
    storage_.scan();
    snapshots_.clear();
    storage_.reader().snapshots().for_each([&](const Snapshot& snapshot) { snapshots_.push_back(snapshot); });
    return runs_of_jobs(storage_.reader(), snapshots_);
  }
  std::string newest_of_job(const JobRuns& job) { return job.newest ? snapshots_[*job.newest].path : "none"; }

  test::IndexedStorage storage_;
  std::vector<Snapshot> snapshots_;
};

TEST_F(NewestTest, checkpoint_is_that_of_the_last_run) {
  two_runs();
  const std::vector<JobRuns> found = jobs();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].runs.size(), 2U);
  EXPECT_EQ(newest_of_job(found[0]), "job/chk-3");
  EXPECT_EQ(
      runs_text(found[0], snapshots_),
      "job: 2 runs share this directory: chk-102 to chk-104 (until 2023-10-19T22:13:20Z), then chk-1 to "
      "chk-3 (until 2023-11-13T22:13:20Z); the newest checkpoint is that of the last run");
}

TEST_F(NewestTest, checkpoint_has_all_its_files) {
  two_runs();
  checkpoint("job/chk-4", 4, 0, {file(storage_.uri("job/shared/gone"), 10)});
  EXPECT_EQ(newest_of_job(jobs()[0]), "job/chk-3");
}

TEST_F(NewestTest, of_times_that_say_nothing_is_the_last_by_number) {
  for (const int n : {1, 2, 3, 4, 5}) checkpoint("job/chk-" + std::to_string(n), n, n * 7 % 5);
  const std::vector<JobRuns> found = jobs();
  EXPECT_EQ(newest_of_job(found[0]), "job/chk-5");
  EXPECT_TRUE(runs_text(found[0], snapshots_).find("as in a copy") != std::string::npos);
}

TEST_F(NewestTest, is_a_checkpoint_where_there_is_one_else_the_snapshot_with_the_latest_time) {
  checkpoint("a/chk-7", 7, 9);
  checkpoint("a/copy", 9, 1);
  checkpoint("b/one", 100, 9);
  checkpoint("b/two", 2, 3);
  const std::vector<JobRuns> found = jobs();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(newest_of_job(found[0]), "a/chk-7");
  EXPECT_EQ(newest_of_job(found[1]), "b/two");
  EXPECT_TRUE(found[1].runs.empty());
  EXPECT_EQ(snapshots_[newest_of_all(snapshots_, found).value()].path, "b/two");
}

TEST_F(NewestTest, checkpoint_of_those_that_share_a_file_goes_by_number) {
  storage_.state_file("job/shared/a", 10);
  storage_.state_file("job/shared/b", 10);
  const std::string a = file(storage_.uri("job/shared/a"), 10);
  checkpoint("job/chk-104", 104, 9, {a});
  checkpoint("job/chk-3", 3, 1, {a});
  checkpoint("others/chk-104", 104, 9, {a});
  checkpoint("others/chk-3", 3, 1, {file(storage_.uri("job/shared/b"), 10)});
  const std::vector<JobRuns> found = jobs();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(newest_of_job(found[0]), "job/chk-104");
  EXPECT_EQ(newest_of_job(found[1]), "others/chk-3");
}

}  // namespace
}  // namespace checkpointfs::index
