// SPDX-License-Identifier: Apache-2.0
// Metadata that cannot be read, is not complete, or becomes so.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/errors.h"
#include "flink/decode.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

using test::file;
using test::relative;
using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

class DamagedMetadata : public testing::Test {
 protected:
  test::IndexedStorage storage_;
};

TEST_F(DamagedMetadata, is_listed_with_a_reason) {
  const std::string whole = test::metadata_with({relative("a", 10)});
  storage_.metadata("empty", "");
  storage_.metadata("short", whole.substr(0, whole.size() / 2));
  storage_.metadata("garbage", std::string(100, 'x'));
  test::make_directory(storage_.path("fifo"));
  ASSERT_EQ(0, ::mkfifo(storage_.path("fifo/_metadata").c_str(), 0644));
  storage_.metadata("whole", test::metadata_with({}));
  test::make_directory(storage_.path("link"));
  ASSERT_EQ(0, ::symlink("../whole/_metadata", storage_.path("link/_metadata").c_str()));
  EXPECT_EQ(6u, storage_.scan().snapshots);
  for (const auto& [path, status] :
       {std::pair("empty", SnapshotStatus::kIncomplete), std::pair("short", SnapshotStatus::kIncomplete),
        std::pair("garbage", SnapshotStatus::kUnreadable), std::pair("fifo", SnapshotStatus::kUnreadable),
        std::pair("link", SnapshotStatus::kUnreadable)}) {
    const Snapshot snapshot = storage_.snapshot_at(path);
    EXPECT_EQ(status, snapshot.status) << path << ": " << snapshot.reason;
    EXPECT_NE("", snapshot.reason) << path;
    EXPECT_EQ(0u, snapshot.files) << path;
    EXPECT_EQ((Names{"_metadata"}), storage_.list(path)) << path;
  }
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("whole").status);
  EXPECT_EQ(5u, storage_.reader().totals().broken_snapshots);
}

TEST_F(DamagedMetadata, is_read_again_when_it_is_complete) {
  storage_.state_file("job/chk-1/a", 10);
  const std::string whole = test::metadata_with({relative("a", 10)});
  storage_.metadata("job/chk-1", whole.substr(0, 50));
  storage_.scan();
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  storage_.metadata("job/chk-1", whole);
  EXPECT_EQ(1u, storage_.scan().metadata_read);
  EXPECT_EQ(SnapshotStatus::kOk, storage_.snapshot_at("job/chk-1").status);
}

TEST_F(DamagedMetadata, that_becomes_unreadable_takes_its_references_back) {
  storage_.state_file("job/shared/a", 10);
  for (const char* directory : {"job/chk-1", "job/chk-2"})
    storage_.snapshot(directory, {relative("../shared/a", 10)});
  storage_.scan();
  EXPECT_EQ(2u, storage_.find("job/chk-2/a").attributes.links);
  storage_.metadata("job/chk-1", "garbage");
  storage_.scan();
  EXPECT_EQ(1u, storage_.find("job/chk-2/a").attributes.links);
  EXPECT_EQ((Names{"_metadata"}), storage_.list("job/chk-1"));
}

}  // namespace
}  // namespace checkpointfs::index
