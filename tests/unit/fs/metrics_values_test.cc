// SPDX-License-Identifier: Apache-2.0
// An index made from handmade storage, as its metrics tell of it.
#include "fs/status/metrics_facts.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "index/database/lock.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"
#include "tests/support/handmade.h"

namespace checkpointfs::fs {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

class MetricsFactsTest : public testing::Test {
 protected:
  MetricsFacts facts() {
    const index::Options options{{source_.path()}, {}, index_};
    const index::IndexLock lock(index_, "test");
    index::scan(options, {});
    index::Reader reader(index_);
    return metrics_facts(reader, status_, counters_, {});
  }

  // A checkpoint of one file, written at this second.
  void checkpoint(const std::string& directory, int64_t number, int64_t second, const std::string& handle) {
    test::MetadataBuilder builder(4);
    builder.checkpoint_id(number);
    builder.op({.parallelism = 1, .max_parallelism = 1});
    builder.subtask({.managed_operator = test::partitionable({{}}, handle)});
    test::write_file(source_ / (directory + "/_metadata"), builder.bytes());
    const timespec times[2] = {{second, 0}, {second, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (source_ / (directory + "/_metadata")).c_str(), times, 0), 0);
  }

  const test::Handmade source_;
  const std::string index_ = source_.outside("index.db");
  ControlStatus status_;
  Counters counters_;
};

TEST_F(MetricsFactsTest, of_files_divide_the_bytes_by_who_needs_them) {
  source_.add_snapshot("job/chk-1", {source_.add("s/one", "1"), source_.add("s/both", "12345")});
  source_.add_snapshot("job/chk-2", {source_.add("s/both", "12345"), source_.add("s/two", "123")});
  const MetricsFacts found = facts();
  EXPECT_EQ(found.files, 3U);
  EXPECT_EQ(found.file_bytes, 9U);
  EXPECT_EQ(found.exclusive_bytes, 4U);
  EXPECT_EQ(found.shared_bytes, 5U);
  EXPECT_EQ(found.projected_bytes, 14U);
  EXPECT_EQ(found.missing_files, 0U);
}

TEST_F(MetricsFactsTest, of_broken_snapshots_count_them_and_their_files) {
  source_.add_snapshot("job/chk-1", {source_.add("s/one", "1"), test::file("hdfs://far/away", 3)});
  source_.add_snapshot("job/chk-2", {test::file(source_.uri("s/gone"), 4), test::file("hdfs://far/away", 3)});
  test::write_file(source_ / "job/chk-3/_metadata", "none");
  const MetricsFacts found = facts();
  EXPECT_EQ(found.broken_snapshots, 3U);
  EXPECT_EQ(found.snapshots[static_cast<size_t>(index::SnapshotStatus::kBroken)], 2U);
  EXPECT_EQ(found.snapshots[static_cast<size_t>(index::SnapshotStatus::kOk)], 0U);
  EXPECT_EQ(found.missing_files, 2U);
  EXPECT_TRUE(found.newest_ns.empty());
}

TEST_F(MetricsFactsTest, of_hostile_sizes_do_not_fail) {
  std::vector<std::string> handles;
  for (int i = 0; i < 5; ++i) handles.push_back(test::file("hdfs://x/" + std::to_string(i), INT64_MAX));
  source_.add_snapshot("job/chk-1", handles);
  const MetricsFacts found = facts();
  EXPECT_EQ(found.exclusive_bytes, 5 * static_cast<uint64_t>(INT64_MAX)) << "modulo 2^64";
  EXPECT_EQ(found.shared_bytes, 0U);
}

TEST_F(MetricsFactsTest, newest_is_the_last_checkpoint_of_each_job_that_is_sound) {
  const std::string sound = source_.add("s/one", "1");
  checkpoint("a/job/chk-9", 9, 900, sound);
  checkpoint("a/job/chk-10", 10, 1000, sound);
  checkpoint("a/job/chk-11", 11, 1100, test::file("hdfs://far/away", 3));
  checkpoint("b/chk-1", 1, 100, sound);
  checkpoint("b/savepoint-1", 2, 200, sound);
  checkpoint("savepoints/savepoint-2", 3, 300, sound);
  checkpoint("c/chk-x", 3, 300, sound);
  checkpoint("chk-5", 5, 500, sound);
  EXPECT_EQ(facts().newest_ns, (std::map<std::string, int64_t>{
                                   {"a/job", 1000 * kSecond}, {"b", 100 * kSecond}, {".", 500 * kSecond}}));
}

TEST_F(MetricsFactsTest, jobs_of_one_label_are_one) {
  const std::string sound = source_.add("s/one", "1");
  checkpoint("\xff/chk-1", 1, 100, sound);
  checkpoint("\\xff/chk-2", 2, 200, sound);
  EXPECT_EQ(facts().newest_ns, (std::map<std::string, int64_t>{{"\\xff", 200 * kSecond}}));
}

TEST_F(MetricsFactsTest, of_the_mount_are_those_of_its_counters) {
  counters_.reads = 3;
  counters_.bytes_read = 4;
  counters_.errors = 5;
  status_.open_files = 6;
  status_.metadata_misses = 7;
  status_.mounted_at = std::chrono::system_clock::time_point(std::chrono::seconds(8));
  const MetricsFacts found = facts();
  EXPECT_EQ(found.requests.back(), (std::pair<std::string_view, uint64_t>("reads", 3)));
  EXPECT_EQ(found.read_bytes, 4U);
  EXPECT_EQ(found.errors, 5U);
  EXPECT_EQ(found.open_files, 6U);
  EXPECT_EQ(found.metadata_cache_misses, 7U);
  EXPECT_EQ(found.started_ns, 8 * kSecond);
  EXPECT_FALSE(found.follow);
}

}  // namespace
}  // namespace checkpointfs::fs
