// SPDX-License-Identifier: Apache-2.0
#include "engines/store_uris.h"

#include <gtest/gtest.h>

namespace checkpointfs::engines {
namespace {

storage::Mapping maps(const std::string& prefix, const std::string& directory) {
  return {prefix, directory, false, {}};
}

TEST(StoreUris, reverse_the_mapping_with_the_longest_directory) {
  const StoreUris uris({maps("s3://b/", "/mnt/b"), maps("s3://other/x", "/mnt/b/x")});
  EXPECT_EQ(uris.of("/mnt/b/job/chk-1/a"), "s3://b/job/chk-1/a");
  EXPECT_EQ(uris.of("/mnt/b/x/a"), "s3://other/x/a");
  EXPECT_EQ(uris.of("/mnt/bc"), "file:/mnt/bc");
}

TEST(StoreUris, of_two_mappings_of_one_directory_the_one_that_metadata_uses_wins) {
  StoreUris uris({maps("hdfs://host:8020/flink", "/mnt/h"), maps("hdfs://ns1/flink", "/mnt/h")});
  EXPECT_EQ(uris.of("/mnt/h/a"), "hdfs://host:8020/flink/a");
  uris.note("hdfs://ns1/flink/job/shared/x");
  EXPECT_EQ(uris.of("/mnt/h/a"), "hdfs://ns1/flink/a");
  uris.note_used("hdfs://host:8020/flink");
  uris.note("hdfs://host:8020/flink/y");
  EXPECT_EQ(uris.of("/mnt/h/a"), "hdfs://host:8020/flink/a");
}

TEST(StoreUris, never_name_two_name_nodes_at_once_if_another_name_is_known) {
  const StoreUris uris(
      {maps("hdfs://a:8020,b:8020/flink", "/mnt/h"), {"hdfs://ns1/flink", "/mnt/h", true, {}}});
  EXPECT_EQ(uris.of("/mnt/h/a"), "hdfs://ns1/flink/a");
}

TEST(StoreUris, take_the_scheme_from_metadata) {
  StoreUris uris({maps("s3://b/", "/mnt/b")});
  EXPECT_EQ(uris.named("s3://b/shared/x", ""), "s3://b/shared/x");
  uris.note("s3a://b/shared/x");
  uris.note("chk-1/relative");
  EXPECT_EQ(uris.named("s3://b/shared/x", ""), "s3a://b/shared/x");
  EXPECT_EQ(uris.named("file:/mnt/b/chk-1/a", "/mnt/b/chk-1/a"), "s3a://b/chk-1/a");
  EXPECT_EQ(uris.named("s3://c/x", ""), "s3://c/x");
}

TEST(StoreUris, leave_files_of_this_host_alone) {
  const StoreUris uris({maps("file:/old", "/data"), maps("s3://b/", "/mnt/b")});
  EXPECT_EQ(uris.named("file:/old/a", "/data/a"), "file:/old/a");
  EXPECT_EQ(uris.of("/data/a"), "file:/data/a");
}

}  // namespace
}  // namespace checkpointfs::engines
