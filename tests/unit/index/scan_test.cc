// SPDX-License-Identifier: Apache-2.0
// Scanning sources as they are, and as they change.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/errors.h"
#include "flink/decode.h"
#include "tests/support/indexed_storage.h"
#include "storage/access.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::file;
using test::relative;
using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

class Scan : public testing::Test {
 protected:
  // jobB was restored from jobA's chk-2 and goes on using its files.
  void write_chain() {
    for (const char* name : {"a1", "a2", "a3"}) storage_.state_file(std::string("jobA/shared/") + name, 100);
    storage_.state_file("jobA/chk-2/own", 20);
    storage_.state_file("jobB/shared/b1", 50);
    storage_.snapshot("jobA/chk-1", {in("jobA/shared/a1", 100), in("jobA/shared/a2", 100)}, 1);
    storage_.snapshot("jobA/chk-2",
                      {in("jobA/shared/a2", 100), in("jobA/shared/a3", 100), relative("own", 20)}, 2);
    storage_.snapshot("jobB/chk-3", {in("jobA/shared/a3", 100), in("jobB/shared/b1", 50)}, 3);
  }
  std::string in(const std::string& path, int64_t size) const { return file(storage_.uri(path), size); }
  uint32_t links(const std::string& path) { return storage_.find(path).attributes.links; }

  test::IndexedStorage storage_;
};

TEST_F(Scan, chain_of_jobs_shares_files) {
  write_chain();
  const ScanResult result = storage_.scan();
  EXPECT_EQ(3u, result.snapshots);
  EXPECT_EQ(3u, result.metadata_read);
  EXPECT_EQ(5u, result.files_looked_at);
  EXPECT_TRUE(result.inferred.empty());
  EXPECT_EQ((Names{"jobA", "jobB"}), storage_.list(""));
  EXPECT_EQ((Names{"chk-1", "chk-2"}), storage_.list("jobA"));
  EXPECT_EQ((Names{"_metadata", "a2", "a3", "own"}), storage_.list("jobA/chk-2"));
  EXPECT_EQ(1u, links("jobA/chk-1/a1"));
  EXPECT_EQ(2u, links("jobA/chk-1/a2"));
  EXPECT_EQ(2u, links("jobB/chk-3/a3"));
  EXPECT_EQ(storage_.find("jobA/chk-2/a3").id, storage_.find("jobB/chk-3/a3").id);
  const Snapshot snapshot = storage_.snapshot_at("jobA/chk-2");
  EXPECT_EQ(SnapshotStatus::kOk, snapshot.status);
  EXPECT_EQ(3u, snapshot.files);
  EXPECT_EQ(220u, snapshot.bytes);
  EXPECT_EQ(2, snapshot.checkpoint_id);
  EXPECT_EQ("checkpoint", snapshot.kind);
  EXPECT_EQ(4, snapshot.version);
  EXPECT_EQ(3u, snapshot.file_handles);
  EXPECT_EQ(20u, storage_.reader().snapshots().exclusive_bytes(snapshot.id));
  const Totals totals = storage_.reader().totals();
  EXPECT_EQ(3u, totals.snapshots);
  EXPECT_EQ(0u, totals.broken_snapshots);
  EXPECT_EQ(5u, totals.files);
  EXPECT_EQ(370u, totals.bytes);
  EXPECT_EQ(570u, totals.projected_bytes);
}

TEST_F(Scan, nothing_is_read_and_no_row_changes_when_nothing_changed) {
  write_chain();
  storage_.snapshot("jobA/chk-9",
                    {in("jobA/shared/missing", 1), relative("../../../etc/passwd", 1), file("s3://b/x", 1)});
  storage_.metadata("jobA/garbage", "garbage");
  storage_.scan();
  const std::string before = storage_.dump();
  const ScanResult second = storage_.scan();
  EXPECT_EQ(0u, second.metadata_read);
  EXPECT_EQ(0u, second.removed);
  EXPECT_EQ(5u, second.snapshots);
  EXPECT_EQ(before, storage_.dump());
}

TEST_F(Scan, only_what_changed_is_read) {
  write_chain();
  storage_.scan();
  storage_.snapshot("jobA/chk-1", {in("jobA/shared/a1", 100)});
  const ScanResult result = storage_.scan();
  EXPECT_EQ(1u, result.metadata_read);
  EXPECT_EQ(0u, result.files_looked_at);
  EXPECT_EQ((Names{"_metadata", "a1"}), storage_.list("jobA/chk-1"));
  EXPECT_EQ(1u, links("jobA/chk-2/a2"));
}

TEST_F(Scan, new_snapshot_is_added_without_touching_the_others) {
  write_chain();
  storage_.scan();
  const NodeId before = storage_.find("jobA/chk-2/a3").id;
  storage_.snapshot("jobB/chk-4", {in("jobB/shared/b1", 50), in("jobA/shared/a3", 100)});
  EXPECT_EQ(1u, storage_.scan().metadata_read);
  EXPECT_EQ(before, storage_.find("jobB/chk-4/a3").id);
  EXPECT_EQ(3u, links("jobA/chk-2/a3"));
}

TEST_F(Scan, removed_snapshot_goes_with_the_files_that_only_it_needed) {
  write_chain();
  storage_.scan();
  test::remove_all(storage_.path("jobB"));
  const ScanResult result = storage_.scan();
  EXPECT_EQ(1u, result.removed);
  EXPECT_EQ(2u, result.snapshots);
  EXPECT_EQ(0u, result.metadata_read);
  EXPECT_EQ((Names{"jobA"}), storage_.list(""));
  EXPECT_EQ(1u, links("jobA/chk-2/a3"));
  EXPECT_EQ(4u, storage_.reader().totals().files);
  EXPECT_TRUE(storage_.reader().references().by_name("b1").empty());
}

TEST_F(Scan, ids_are_never_used_again) {
  write_chain();
  storage_.scan();
  const auto directory = storage_.find("jobB").id.id;
  const auto file_id = storage_.find("jobB/chk-3/b1").id.id;
  test::remove_all(storage_.path("jobB"));
  storage_.scan();
  storage_.state_file("jobC/shared/c1", 10);
  storage_.snapshot("jobC/chk-1", {in("jobC/shared/c1", 10)});
  storage_.scan();
  EXPECT_GT(storage_.find("jobC").id.id, directory);
  EXPECT_GT(storage_.find("jobC/chk-1/c1").id.id, file_id);
}

TEST_F(Scan, fresh_index_of_the_same_sources_has_the_same_ids) {
  write_chain();
  storage_.scan();
  const std::string first = storage_.dump();
  storage_.options.index_file = storage_.temporary.path() + "/other/index";
  storage_.scan();
  EXPECT_EQ(first, storage_.dump());
}

TEST_F(Scan, storage_without_job_ids_is_its_own_job) {
  storage_.state_file("shared/a", 10);
  storage_.snapshot("chk-1", {in("shared/a", 10)});
  storage_.snapshot("chk-2", {in("shared/a", 10)});
  storage_.scan();
  EXPECT_EQ((Names{"chk-1", "chk-2"}), storage_.list(""));
  EXPECT_EQ(2u, links("chk-1/a"));
}

TEST_F(Scan, source_itself_may_be_a_snapshot) {
  storage_.state_file("a", 10);
  storage_.snapshot("", {relative("a", 10)});
  storage_.scan();
  EXPECT_EQ((Names{"_metadata", "a"}), storage_.list(""));
  EXPECT_EQ("", storage_.snapshot_at("").path);
  EXPECT_EQ(1, storage_.snapshot_at("").id);
}

TEST_F(Scan, source_without_snapshots_is_an_empty_directory) {
  const ScanResult result = storage_.scan();
  EXPECT_EQ(0u, result.snapshots);
  EXPECT_EQ(Names{}, storage_.list(""));
  EXPECT_TRUE(S_ISDIR(storage_.reader().projection().node(kRootNode)->attributes.mode));
}

TEST_F(Scan, savepoints_lie_anywhere) {
  storage_.state_file("savepoints/deep/savepoint-ab12-1/f", 10);
  storage_.snapshot("savepoints/deep/savepoint-ab12-1", {relative("f", 10)});
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("savepoints/deep/savepoint-ab12-1").status);
}

TEST_F(Scan, directories_have_the_times_of_the_metadata_and_only_their_owner_may_write) {
  write_chain();
  storage_.scan();
  const auto metadata = storage_.find("jobA/chk-2/_metadata");
  const auto snapshot = storage_.find("jobA/chk-2");
  const auto job = storage_.find("jobA");
  const auto newest = std::max(metadata.attributes.mtime_ns, storage_.find("jobA/chk-1").attributes.mtime_ns);
  EXPECT_EQ(metadata.attributes.mtime_ns, snapshot.attributes.mtime_ns);
  EXPECT_EQ(newest, job.attributes.mtime_ns);
  EXPECT_EQ(storage_.find("jobB/chk-3").attributes.mtime_ns, storage_.find("jobB").attributes.mtime_ns);
  for (const auto& node : {snapshot, job}) EXPECT_EQ(0200u, node.attributes.mode & 0222);
  for (const auto& node : {metadata, storage_.find("jobA/chk-2/own")})
    EXPECT_EQ(0u, node.attributes.mode & 0222);
}

TEST_F(Scan, file_has_the_attributes_of_the_state_file) {
  write_chain();
  ASSERT_EQ(0, ::chmod(storage_.path("jobA/shared/a1").c_str(), 06751));
  storage_.scan();
  struct stat st = {};
  ASSERT_EQ(0, ::stat(storage_.path("jobA/shared/a1").c_str(), &st));
  const Attributes attributes = storage_.find("jobA/chk-1/a1").attributes;
  EXPECT_EQ(st.st_mtim.tv_sec * 1'000'000'000 + st.st_mtim.tv_nsec, attributes.mtime_ns);
  EXPECT_EQ(100u, attributes.size);
  EXPECT_EQ(static_cast<uint32_t>(S_IFREG) | 0551u, storage::own_mode(attributes.mode));
  EXPECT_EQ(st.st_uid, attributes.uid);
}

TEST_F(Scan, size_of_the_metadata_is_that_of_the_rewritten_one) {
  write_chain();
  storage_.metadata("jobA/garbage", "garbage");
  storage_.scan();
  const Snapshot snapshot = storage_.snapshot_at("jobA/chk-1");
  EXPECT_EQ(snapshot.owned_size, storage_.find("jobA/chk-1/_metadata").attributes.size);
  EXPECT_NE(snapshot.metadata_size, snapshot.owned_size);
  EXPECT_EQ(7u, storage_.find("jobA/garbage/_metadata").attributes.size);
}

TEST_F(Scan, changed_owner_of_metadata_is_taken_over_without_reading) {
  write_chain();
  storage_.scan();
  ASSERT_EQ(0, ::chmod(storage_.path("jobA/chk-1/_metadata").c_str(), 0600));
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  EXPECT_EQ(static_cast<uint32_t>(S_IFREG) | 0400u,
            storage::own_mode(storage_.find("jobA/chk-1/_metadata").attributes.mode));
}

TEST_F(Scan, unreadable_directory_keeps_what_was_known_below) {
  if (::geteuid() == 0) {
    // Root may list everything, but not what is deeper than the kernel's longest path.
    const std::string long_name(200, 'd');
    write_chain();
    storage_.scan();
    std::string deep = "jobA";
    std::error_code ignored;
    const auto here = std::filesystem::current_path();
    std::filesystem::current_path(storage_.path(deep));
    for (int i = 0; i < 25; ++i) {
      ASSERT_EQ(0, ::mkdir(long_name.c_str(), 0700));
      ASSERT_EQ(0, ::chdir(long_name.c_str()));
    }
    std::filesystem::current_path(here);
    const ScanResult result = storage_.scan();
    EXPECT_EQ(1u, result.unreadable_directories.size());
    EXPECT_EQ(3u, result.snapshots);
    return;
  }
  write_chain();
  storage_.scan();
  ASSERT_EQ(0, ::chmod(storage_.path("jobA").c_str(), 0));
  const ScanResult result = storage_.scan();
  ASSERT_EQ(0, ::chmod(storage_.path("jobA").c_str(), 0700));
  EXPECT_EQ(Names{storage_.path("jobA")}, result.unreadable_directories);
  EXPECT_EQ(3u, result.snapshots);
  EXPECT_EQ(0u, result.removed);
}

TEST_F(Scan, snapshot_that_vanishes_while_a_scan_runs_is_not_in_the_index) {
  write_chain();
  storage_.scan();
  // Another mapping: everything is read again, after the walk.
  storage_.options.mappings = {{"s3://b", storage_.source(), false, {}}};
  bool removed = false;
  ScanRequest request;
  request.progress = [&](uint64_t, uint64_t) {
    if (!removed) test::remove_all(storage_.path("jobB"));
    removed = true;
  };
  const ScanResult result = scan(storage_.options, request);
  EXPECT_EQ(2u, result.metadata_read);
  EXPECT_EQ(1u, result.removed);
  EXPECT_EQ(2u, result.snapshots);
  EXPECT_EQ("", storage_.contradiction());
  EXPECT_EQ((Names{"jobA"}), storage_.list(""));
}

TEST_F(Scan, progress_reaches_the_number_of_snapshots) {
  for (int i = 0; i < 150; ++i) storage_.snapshot("job/chk-" + std::to_string(i), {});
  uint64_t last_done = 0;
  uint64_t last_found = 0;
  ScanRequest request;
  request.progress = [&](uint64_t done, uint64_t found) {
    EXPECT_LT(last_done, done);
    last_done = done;
    last_found = found;
  };
  scan(storage_.options, request);
  EXPECT_EQ(150u, last_done);
  EXPECT_EQ(150u, last_found);
}

TEST_F(Scan, own_mounts_and_hidden_directories_are_left_out) {
  storage_.snapshot(".checkpointfs/pins/p", {});
  EXPECT_EQ(0u, storage_.scan().snapshots);
}

TEST_F(Scan, name_of_a_directory_in_the_snapshot_makes_the_snapshot_unreadable_and_not_the_directory) {
  storage_.state_file("shared/nested", 10);
  storage_.snapshot("top", {in("shared/nested", 10)});
  storage_.snapshot("top/nested", {});
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kUnreadable, storage_.snapshot_at("top").status);
  EXPECT_EQ((Names{"nested", "_metadata"}), storage_.list("top"));
  // The result is the same if the nested snapshot comes later.
  storage_.snapshot("late", {in("shared/nested", 10)});
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("late").status);
  storage_.snapshot("late/nested", {});
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kUnreadable, storage_.snapshot_at("late").status);
  EXPECT_EQ(0u, storage_.scan().metadata_read);
}

}  // namespace
}  // namespace checkpointfs::index
