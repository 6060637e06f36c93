// SPDX-License-Identifier: Apache-2.0
// Storage that is not where its metadata says.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/text/message.h"
#include "index/scan/mapping_argument.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::storage {
namespace {

using test::file;
using test::relative;
using test::segment;
using Files = std::map<std::string, std::string>;

class Inferring : public testing::Test {
 protected:
  // Two jobs, the second of which uses a file of the first, as written at `prefix`, now at `place` in the
  // source.
  void write_jobs(const std::string& place, const std::string& prefix) {
    for (const char* path : {"jobA/shared/a1", "jobA/shared/a2", "jobB/shared/b1"})
      storage_.state_file(place + path, 100);
    storage_.snapshot(place + "jobA/chk-1",
                      {file(prefix + "/jobA/shared/a1", 100), file(prefix + "/jobA/shared/a2", 100)});
    storage_.snapshot(place + "jobB/chk-2",
                      {file(prefix + "/jobA/shared/a2", 100), file(prefix + "/jobB/shared/b1", 100)});
  }
  index::SnapshotStatus status(const std::string& path) { return storage_.snapshot_at(path).status; }

  test::IndexedStorage storage_;
};

TEST_F(Inferring, one_mapping_serves_all_jobs_of_a_storage) {
  write_jobs("", "hdfs://nn:8020/flink/checkpoints");
  const index::ScanResult result = storage_.scan();
  ASSERT_EQ(1u, result.inferred.size());
  EXPECT_EQ((Mapping{"hdfs://nn:8020/flink/checkpoints", storage_.source(), true, storage_.source()}),
            result.inferred[0]);
  EXPECT_EQ(index::SnapshotStatus::kOk, status("jobA/chk-1"));
  EXPECT_EQ(index::SnapshotStatus::kOk, status("jobB/chk-2"));
  EXPECT_EQ(result.inferred, storage_.reader().mappings());
}

TEST_F(Inferring, found_mapping_is_kept_and_not_reported_again) {
  write_jobs("", "hdfs://nn/flink");
  storage_.scan();
  storage_.snapshot("jobB/chk-3", {file("hdfs://nn/flink/jobB/shared/b1", 100)});
  const index::ScanResult second = storage_.scan();
  EXPECT_TRUE(second.inferred.empty());
  EXPECT_EQ(1u, second.metadata_read);
  EXPECT_EQ(index::SnapshotStatus::kOk, status("jobB/chk-3"));
}

TEST_F(Inferring, moved_storage_with_file_uris_is_found) {
  write_jobs("deep/down/", "file:/var/lib/flink");
  const index::ScanResult result = storage_.scan();
  ASSERT_EQ(1u, result.inferred.size());
  EXPECT_EQ("file:/var/lib/flink", result.inferred[0].uri_prefix);
  EXPECT_EQ(storage_.path("deep/down"), result.inferred[0].directory);
  EXPECT_EQ(index::SnapshotStatus::kOk, status("deep/down/jobB/chk-2"));
}

TEST_F(Inferring, mirrored_bucket_has_an_empty_prefix) {
  storage_.state_file("flink/job/shared/a", 10);
  storage_.snapshot("flink/job/chk-1", {file("s3://bucket/flink/job/shared/a", 10)});
  const index::ScanResult result = storage_.scan();
  ASSERT_EQ(1u, result.inferred.size());
  EXPECT_EQ("s3://bucket/", result.inferred[0].uri_prefix);
  EXPECT_EQ(index::SnapshotStatus::kOk, status("flink/job/chk-1"));
}

TEST_F(Inferring, job_directory_alone_is_enough) {
  storage_.state_file("shared/a", 10);
  storage_.snapshot("chk-1", {file("hdfs://nn/flink/0123/shared/a", 10)});
  const index::ScanResult result = storage_.scan();
  ASSERT_EQ(1u, result.inferred.size());
  EXPECT_EQ("hdfs://nn/flink/0123", result.inferred[0].uri_prefix);
}

TEST_F(Inferring, file_of_another_size_is_not_the_one) {
  storage_.state_file("jobA/shared/a", 11);
  storage_.snapshot("jobA/chk-1", {file("hdfs://nn/flink/jobA/shared/a", 10)});
  EXPECT_TRUE(storage_.scan().inferred.empty());
  EXPECT_EQ((Files{{"a", "unmapped"}}), storage_.files("jobA/chk-1"));
}

TEST_F(Inferring, segment_must_fit_into_the_file) {
  storage_.state_file("job/shared/m", 100);
  storage_.snapshot("job/chk-1", {segment("hdfs://nn/f/job/shared/m", 90, 11)});
  EXPECT_TRUE(storage_.scan().inferred.empty());
  storage_.snapshot("job/chk-1", {segment("hdfs://nn/f/job/shared/m", 90, 10)});
  EXPECT_EQ(1u, storage_.scan().inferred.size());
  EXPECT_EQ(index::SnapshotStatus::kOk, status("job/chk-1"));
}

TEST_F(Inferring, base_name_alone_is_not_enough) {
  storage_.state_file("job/chk-1/a", 10);
  storage_.snapshot("job/chk-1", {file("hdfs://nn/flink/other/a", 10)});
  EXPECT_TRUE(storage_.scan().inferred.empty());
}

TEST_F(Inferring, file_behind_a_link_is_not_found) {
  test::replace_file(storage_.temporary.path() + "/outside/shared/a", "0123456789");
  storage_.snapshot("job/chk-1", {file("hdfs://nn/flink/job/shared/a", 10)});
  ASSERT_EQ(0, ::symlink((storage_.temporary.path() + "/outside/shared").c_str(),
                         storage_.path("job/shared").c_str()));
  EXPECT_TRUE(storage_.scan().inferred.empty());
}

TEST_F(Inferring, copies_of_one_storage_side_by_side_each_find_their_own_files) {
  write_jobs("monday/", "hdfs://nn/flink");
  write_jobs("tuesday/", "hdfs://nn/flink");
  storage_.state_file("tuesday/jobA/shared/new", 5);
  storage_.snapshot("tuesday/jobA/chk-9", {file("hdfs://nn/flink/jobA/shared/new", 5)});
  const index::ScanResult result = storage_.scan();
  EXPECT_EQ(2u, result.inferred.size());
  EXPECT_EQ(0u, storage_.reader().totals().broken_snapshots);
  EXPECT_NE(storage_.find("monday/jobA/chk-1/a1").id, storage_.find("tuesday/jobA/chk-1/a1").id);
  EXPECT_EQ(2u, storage_.find("tuesday/jobA/chk-1/a2").attributes.links);
}

TEST_F(Inferring, backup_beside_the_original_does_not_take_its_files) {
  // The original still has what it needs; the backup has a file that the original lost.
  storage_.state_file("backup/jobA/shared/old", 10);
  storage_.snapshot("backup/jobA/chk-1", {file(storage_.uri("jobA/shared/old"), 10)});
  storage_.state_file("jobA/shared/now", 10);
  storage_.snapshot("jobA/chk-9", {file(storage_.uri("jobA/shared/now"), 10)});
  storage_.scan();
  EXPECT_EQ(index::SnapshotStatus::kOk, status("backup/jobA/chk-1"));
  EXPECT_EQ(index::SnapshotStatus::kOk, status("jobA/chk-9"));
}

TEST_F(Inferring, metadata_that_claims_the_files_of_another_job_hurts_only_its_own) {
  // "evil" names a file of its own as if it lay below jobA; it is scanned before, or after, the others.
  for (const char* evil : {"a-evil", "z-evil"}) {
    for (const std::string& prefix : {std::string("hdfs://nn/flink"), "file:" + storage_.source()}) {
      test::remove_all(storage_.source());
      write_jobs("", prefix);
      storage_.state_file(std::string(evil) + "/x", 10);
      storage_.snapshot(std::string(evil) + "/chk-1", {file(prefix + "/jobA/" + evil + "/x", 10)});
      storage_.scan();
      EXPECT_EQ(index::SnapshotStatus::kOk, status("jobA/chk-1")) << evil << " " << prefix;
      EXPECT_EQ(index::SnapshotStatus::kOk, status("jobB/chk-2")) << evil << " " << prefix;
      // A later snapshot is resolved too.
      storage_.snapshot("jobC/chk-1", {file(prefix + "/jobA/shared/a1", 100)});
      storage_.scan();
      EXPECT_EQ(index::SnapshotStatus::kOk, status("jobC/chk-1")) << evil << " " << prefix;
      test::remove_all(storage_.temporary.path() + "/index");
      storage_.close_reader();
    }
  }
}

TEST_F(Inferring, directory_that_is_in_place_is_not_replaced_by_one_of_another_name) {
  storage_.state_file("jobB/shared/there", 10);
  storage_.state_file("jobA/shared/moved", 10);
  storage_.snapshot("jobA/chk-1", {file(storage_.uri("jobB/shared/there"), 10),
                                   file(storage_.uri("jobB/shared/moved"), 10)});
  EXPECT_TRUE(storage_.scan().inferred.empty());
  EXPECT_EQ((Files{{"there", "ok"}, {"moved", "missing"}}), storage_.files("jobA/chk-1"));
}

TEST_F(Inferring, old_snapshots_with_lost_files_do_not_hide_the_mapping) {
  std::vector<std::string> lost;
  for (int i = 0; i < 10; ++i) lost.push_back(file(base::format("hdfs://nn/f/job/shared/lost{}", i), 10));
  storage_.snapshot("job/chk-1", lost);
  lost.push_back(file("hdfs://nn/f/job/shared/there", 10));
  storage_.state_file("job/shared/there", 10);
  storage_.snapshot("job/chk-2", {lost.back()});
  storage_.snapshot("job/chk-3", lost);
  EXPECT_EQ(1u, storage_.scan().inferred.size());
  EXPECT_EQ(index::SnapshotStatus::kOk, status("job/chk-2"));
  EXPECT_EQ("ok", storage_.files("job/chk-3")["there"]);
  EXPECT_EQ("missing", storage_.files("job/chk-1")["lost0"]);
}

TEST_F(Inferring, other_sources_are_searched) {
  const std::string other = storage_.temporary.path() + "/dstl";
  test::replace_file(other + "/job/dstl/d", "0123456789");
  storage_.options.sources.push_back(other);
  storage_.snapshot("job/chk-1", {file("hdfs://nn/changelog/job/dstl/d", 10)});
  const index::ScanResult result = storage_.scan();
  ASSERT_EQ(1u, result.inferred.size());
  EXPECT_EQ((Mapping{"hdfs://nn/changelog", other, true, storage_.source()}), result.inferred[0]);
  EXPECT_EQ(index::SnapshotStatus::kOk, status("src/job/chk-1"));
}

TEST_F(Inferring, snapshot_before_the_one_that_told_the_mapping_gets_it_too) {
  storage_.state_file("b/shared/x", 10);
  storage_.snapshot("a/chk-1", {file("hdfs://nn/f/b/shared/gone", 10), file("hdfs://nn/f/b/shared/x2", 10)});
  storage_.snapshot("b/chk-1", {file("hdfs://nn/f/b/shared/x", 10)});
  const index::ScanResult result = storage_.scan();
  EXPECT_EQ(1u, result.inferred.size());
  EXPECT_EQ((Files{{"gone", "missing"}, {"x2", "missing"}}), storage_.files("a/chk-1"));
}

TEST_F(Inferring, files_that_arrive_later_are_found_by_a_later_scan) {
  storage_.snapshot("jobA/chk-1", {file("hdfs://nn/f/jobA/shared/a", 10)});
  EXPECT_TRUE(storage_.scan().inferred.empty());
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  storage_.state_file("jobA/shared/a", 10);
  EXPECT_EQ(1u, storage_.scan().inferred.size());
  EXPECT_EQ(index::SnapshotStatus::kOk, status("jobA/chk-1"));
  EXPECT_EQ(0u, storage_.scan().metadata_read);
}

TEST_F(Inferring, many_lost_files_cost_little) {
  std::vector<std::string> handles;
  for (int i = 0; i < 1000; ++i) handles.push_back(file(base::format("hdfs://nn/f/jobA/shared/{}", i), 10));
  storage_.snapshot("jobA/chk-1", handles);
  EXPECT_LT(storage_.scan().files_looked_at, 100u);
  handles.clear();
  for (int i = 0; i < 5000; ++i) handles.push_back(file(base::format("hdfs://nn/{}/x", i), 10));
  storage_.snapshot("jobA/chk-1", handles);
  EXPECT_LT(storage_.scan().files_looked_at, 3000u);
}

TEST_F(Inferring, given_mapping_is_never_second_guessed) {
  write_jobs("", "hdfs://nn/flink");
  test::make_directory(storage_.path("empty"));
  storage_.options.mappings = {{"hdfs://nn/flink", storage_.path("empty"), false, {}}};
  EXPECT_TRUE(storage_.scan().inferred.empty());
  EXPECT_EQ((Files{{"a1", "missing"}, {"a2", "missing"}}), storage_.files("jobA/chk-1"));
}

TEST_F(Inferring, given_mapping_puts_an_inferred_one_away) {
  write_jobs("", "hdfs://nn/flink");
  storage_.scan();
  test::copy_all(storage_.source(), storage_.temporary.path() + "/other");
  storage_.options.mappings = {index::parse_mapping("hdfs://nn=" + storage_.temporary.path())};
  test::rename_path(storage_.temporary.path() + "/other", storage_.temporary.path() + "/flink");
  EXPECT_EQ(2u, storage_.scan().metadata_read);
  EXPECT_EQ(1u, storage_.reader().mappings().size());
  const index::Reference reference = storage_.reader().references().by_name("a1").at(0);
  EXPECT_EQ(storage_.temporary.path(), reference.file.root.path);
  EXPECT_FALSE(reference.file.root.is_source);
  // Without the given mapping the program infers its own again.
  storage_.options.mappings.clear();
  EXPECT_EQ(1u, storage_.scan().inferred.size());
  EXPECT_EQ(storage_.source(), storage_.reader().references().by_name("a1").at(0).file.root.path);
}

TEST_F(Inferring, mapping_may_lead_outside_of_the_sources) {
  test::replace_file(storage_.temporary.path() + "/dstl/x", "0123456789");
  storage_.snapshot("job/chk-1", {file("s3a://bucket/dstl/x", 10), file("s3://bucket/dstl/../dstl/x", 10)});
  storage_.options.mappings = {
      index::parse_mapping("s3://bucket/dstl=" + storage_.temporary.path() + "/dstl")};
  storage_.scan();
  EXPECT_EQ((Files{{"x", "ok"}}), storage_.files("job/chk-1"));
  EXPECT_EQ(2u, storage_.reader().roots().size());
}

TEST_F(Inferring, mapping_into_a_source_gives_the_files_that_are_there_anyway) {
  storage_.state_file("job/shared/a", 10);
  storage_.snapshot("job/chk-1", {file("s3://b/shared/a", 10), file(storage_.uri("job/shared/a"), 10)});
  storage_.options.mappings = {index::parse_mapping("s3://b=" + storage_.path("job"))};
  storage_.scan();
  EXPECT_EQ((Files{{"a", "ok"}}), storage_.files("job/chk-1"));
  EXPECT_EQ(1u, storage_.reader().roots().size());
}

TEST_F(Inferring, contradicting_or_missing_mappings_are_refused) {
  storage_.options.mappings = {{"s3://b", storage_.source(), false, {}},
                               {"s3a://b/", storage_.temporary.path(), false, {}}};
  EXPECT_THROW(index::scan(storage_.options, {}), base::Failure);
  storage_.options.mappings = {{"s3://b", storage_.path("none"), false, {}}};
  EXPECT_THROW(index::scan(storage_.options, {}), base::Failure);
}

TEST_F(Inferring, file_of_thirty_thousand_components_costs_few_looks) {
  std::string path = "hdfs://nn";
  for (int i = 0; i < 30'000; ++i) path += "/a";
  storage_.snapshot("job/chk-1", {file(path + "/f", 1)});
  const index::ScanResult result = storage_.scan();
  EXPECT_LE(result.files_looked_at, 200u);
  EXPECT_EQ((Files{{"f", "unmapped"}}), storage_.files("job/chk-1"));
  storage_.snapshot("job/chk-2", {file("file:" + storage_.path(path.substr(10)) + "/f", 1)});
  EXPECT_LE(storage_.scan().files_looked_at, 300u);  // those of the first snapshot again too
  EXPECT_EQ((Files{{"f", "missing"}}), storage_.files("job/chk-2"));
  storage_.reader().snapshots().files_of(
      storage_.snapshot_at("job/chk-2").id, [](const std::string&, const index::FileLocation& of) {
        EXPECT_NE(of.reason.find("longer than can be"), std::string::npos) << of.reason;
      });
}

TEST_F(Inferring, file_forty_components_deep_is_found_below_a_deep_job) {
  std::string deep = "a";
  for (int i = 0; i < 60; ++i) deep += "/a";
  storage_.state_file(deep + "/job/shared/f", 10);
  storage_.snapshot(deep + "/job/chk-1", {file("hdfs://nn/" + deep + "/b/job/shared/f", 10)});
  EXPECT_EQ(1u, storage_.scan().inferred.size());
  EXPECT_EQ((Files{{"f", "ok"}}), storage_.files(deep + "/job/chk-1"));
}

}  // namespace
}  // namespace checkpointfs::storage
