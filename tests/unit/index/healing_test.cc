// SPDX-License-Identifier: Apache-2.0
// Snapshots that name files relative to themselves which lie elsewhere (FLINK-39964). The metadata is made by
// hand; what Flink itself writes then is restored by HealingTest (tests/flink).
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/indexed_storage.h"
#include "storage/relocated_files.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::relative;

constexpr const char* kLost = "0b1c2d3e-0000-4000-8000-00000000000a";
constexpr const char* kOther = "0b1c2d3e-0000-4000-8000-00000000000b";

class Healing : public testing::Test {
 protected:
  std::string lost_in(const char* directory) const { return std::string(directory) + "/" + kLost; }
  // Writes a snapshot that names a lost file of `size` bytes, and one that is there.
  void broken_snapshot(int64_t size) {
    storage_.state_file(std::string("job/chk-2/") + kOther, 5);
    storage_.snapshot("job/chk-2", {relative(kLost, size), relative(kOther, 5)});
  }
  Snapshot snapshot() { return storage_.snapshot_at("job/chk-2"); }
  std::string uri_of_lost() {
    return storage_.reader().projection().file(storage_.find(lost_in("job/chk-2")).id.id)->uri;
  }
  void expect_broken() {
    EXPECT_EQ(SnapshotStatus::kBroken, snapshot().status);
    EXPECT_EQ("missing", storage_.files("job/chk-2").at(kLost));
  }

  test::IndexedStorage storage_;
};

TEST_F(Healing, finds_a_file_by_name_and_size_in_another_directory) {
  storage_.state_file(lost_in("savepoint-1"), 10);
  broken_snapshot(10);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kHealed, snapshot().status);
  EXPECT_EQ(
      "1 of 2 files are not where the metadata says (FLINK-39964), but were found elsewhere in the sources, "
      "by name and size",
      snapshot().reason);
  EXPECT_EQ(0u, snapshot().broken_files);
  EXPECT_EQ(15u, snapshot().bytes);
  EXPECT_GT(snapshot().owned_size, 0u);
  EXPECT_EQ("ok", storage_.files("job/chk-2").at(kLost));
  EXPECT_EQ(storage_.uri(lost_in("savepoint-1")), uri_of_lost());
  EXPECT_EQ(0u, storage_.reader().totals().broken_snapshots);
  EXPECT_EQ("", storage_.contradiction());
}

TEST_F(Healing, shares_the_file_with_the_snapshot_that_has_it) {
  storage_.state_file(lost_in("savepoint-1"), 10);
  storage_.snapshot("savepoint-1", {relative(kLost, 10)});
  broken_snapshot(10);
  storage_.scan();
  EXPECT_EQ(storage_.find(lost_in("savepoint-1")).id, storage_.find(lost_in("job/chk-2")).id);
  EXPECT_EQ(2u, storage_.find(lost_in("savepoint-1")).attributes.links);
}

TEST_F(Healing, looks_into_directories_of_state_files_too) {
  storage_.state_file(lost_in("job/shared"), 10);
  broken_snapshot(10);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kHealed, snapshot().status);
}

TEST_F(Healing, takes_no_file_of_another_size) {
  storage_.state_file(lost_in("savepoint-1"), 11);
  broken_snapshot(10);
  storage_.scan();
  expect_broken();
}

TEST_F(Healing, takes_none_of_two_files) {
  storage_.state_file(lost_in("savepoint-1"), 10);
  storage_.state_file(lost_in("savepoint-2"), 10);
  broken_snapshot(10);
  storage_.scan();
  expect_broken();
}

TEST_F(Healing, takes_one_file_that_has_two_names) {
  storage_.state_file(lost_in("savepoint-1"), 10);
  test::make_directory(storage_.path("savepoint-2"));
  ASSERT_EQ(0, ::link(storage_.path(lost_in("savepoint-1")).c_str(),
                      storage_.path(lost_in("savepoint-2")).c_str()));
  broken_snapshot(10);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kHealed, snapshot().status);
  EXPECT_EQ(storage_.uri(lost_in("savepoint-1")), uri_of_lost());
}

TEST_F(Healing, follows_no_link_and_takes_nothing_but_regular_files) {
  test::make_directory(storage_.path("savepoint-1"));
  storage_.state_file("other/file", 10);
  ASSERT_EQ(0, ::symlink("../other/file", storage_.path(lost_in("savepoint-1")).c_str()));
  test::make_directory(storage_.path(lost_in("savepoint-2")));
  broken_snapshot(10);
  storage_.scan();
  expect_broken();
}

TEST_F(Healing, does_not_guess_for_names_that_anything_may_have) {
  storage_.state_file("savepoint-1/000012.sst", 10);
  storage_.snapshot("job/chk-2", {relative("000012.sst", 10)});
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kBroken, snapshot().status);
}

TEST_F(Healing, happens_at_a_later_scan_when_the_file_has_come) {
  broken_snapshot(10);
  storage_.scan();
  expect_broken();
  storage_.state_file(lost_in("savepoint-1"), 10);
  storage_.close_reader();
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kHealed, snapshot().status);
  EXPECT_EQ("", storage_.contradiction());
}

TEST_F(Healing, is_kept_without_reading_the_snapshot_again) {
  storage_.state_file(lost_in("savepoint-1"), 10);
  broken_snapshot(10);
  storage_.scan();
  const std::string before = storage_.dump();
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  EXPECT_EQ(before, storage_.dump());
}

TEST_F(Healing, comes_out_the_same_when_the_snapshot_is_read_again) {
  storage_.state_file(lost_in("savepoint-1"), 10);
  broken_snapshot(10);
  storage_.scan();
  const NodeId inode = storage_.find(lost_in("job/chk-2")).id;
  storage_.close_reader();
  storage_.snapshot("job/chk-2", {relative(kLost, 10), relative(kOther, 5)}, 2);
  storage_.scan();
  EXPECT_EQ(SnapshotStatus::kHealed, snapshot().status);
  EXPECT_EQ(inode, storage_.find(lost_in("job/chk-2")).id);
  EXPECT_EQ("", storage_.contradiction());
}

TEST(RelocatedFiles, are_unmistakable_if_they_are_uuids) {
  EXPECT_TRUE(storage::RelocatedFiles::is_unmistakable(kLost));
  for (const char* name :
       {"", "000012.sst", "0b1c2d3e-0000-4000-8000-00000000000", "0B1C2D3E-0000-4000-8000-00000000000A",
        "0b1c2d3e-0000-4000-8000-00000000000a1", "0b1c2d3e_0000-4000-8000-00000000000a"}) {
    EXPECT_FALSE(storage::RelocatedFiles::is_unmistakable(name)) << name;
  }
}

}  // namespace
}  // namespace checkpointfs::index
