// SPDX-License-Identifier: Apache-2.0
// Common parts and differences of the versions: operators, subtasks, master states, the end.
#include <gtest/gtest.h>

#include "flink/decode.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

using test::MetadataBuilder;

TEST(DecodeVersions, all_supported_ones_say_their_number_and_checkpoint) {
  for (const int version : {2, 3, 4, 5, 6}) {
    const std::string bytes = MetadataBuilder(version).checkpoint_id(1234567890123).bytes();
    const Metadata metadata = decoded(bytes);
    EXPECT_EQ(metadata.version, version);
    EXPECT_EQ(metadata.dialect, version == 3 ? Dialect::kFlink1_15 : Dialect::kOnly);
    EXPECT_EQ(metadata.checkpoint_id, 1234567890123);
    EXPECT_EQ(metadata.end, bytes.size());
    EXPECT_EQ(metadata.bytes, bytes);
    EXPECT_EQ(metadata.kind, version >= 4 ? SnapshotKind::kCheckpoint : SnapshotKind::kUnknown);
  }
}

TEST(DecodeVersions, operators_have_names_from_version_5) {
  for (const int version : {4, 5, 6}) {
    const std::string bytes = MetadataBuilder(version).op({.name = "map", .uid = "m"}).bytes();
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.operators.size(), 1u);
    EXPECT_EQ(metadata.operators[0].name, version == 4 ? "" : "map");
    EXPECT_EQ(metadata.operators[0].uid, version == 4 ? "" : "m");
  }
}

TEST(DecodeVersions, subtasks_and_parallelism_are_counted_in_all) {
  for (const int version : {2, 3, 4, 5, 6}) {
    const std::string bytes = MetadataBuilder(version)
                                  .op({.parallelism = 3, .max_parallelism = 99})
                                  .subtask()
                                  .subtask({.index = 2})
                                  .op({.parallelism = 0, .max_parallelism = 0})
                                  .bytes();
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.operators.size(), 2u);
    EXPECT_EQ(metadata.operators[0].parallelism, 3);
    EXPECT_EQ(metadata.operators[0].max_parallelism, 99);
    EXPECT_EQ(metadata.operators[0].subtasks, 2u);
    EXPECT_EQ(metadata.operators[0].finished_subtasks, 0u);
    EXPECT_EQ(metadata.operators[1].subtasks, 0u);
  }
}

TEST(DecodeVersions, finished_operators_and_subtasks_are_known_from_version_3) {
  for (const int version : {3, 4, 5, 6}) {
    const std::string bytes =
        MetadataBuilder(version).finished_op().op().finished_subtask().subtask().finished_subtask().bytes();
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.operators.size(), 2u);
    EXPECT_TRUE(metadata.operators[0].finished);
    EXPECT_EQ(metadata.operators[0].subtasks, 0u);
    EXPECT_FALSE(metadata.operators[1].finished);
    EXPECT_EQ(metadata.operators[1].subtasks, 3u);
    EXPECT_EQ(metadata.operators[1].finished_subtasks, 2u);
  }
}

TEST(DecodeVersions, handles_know_their_operator_and_subtask) {
  const std::string bytes = MetadataBuilder(6)
                                .op()
                                .finished_subtask()
                                .op()
                                .subtask({.managed_keyed = test::key_groups(test::file("/a", 1))})
                                .finished_subtask()
                                .subtask({.index = 3, .raw_keyed = test::key_groups(test::file("/b", 1))})
                                .bytes();
  const Metadata metadata = decoded(bytes);
  ASSERT_EQ(metadata.files.size(), 2u);
  EXPECT_EQ(metadata.files[0].operator_index, 1u);
  EXPECT_EQ(metadata.files[0].subtask, 0);
  EXPECT_EQ(metadata.files[1].operator_index, 1u);
  EXPECT_EQ(metadata.files[1].subtask, 3);
}

TEST(DecodeVersions, master_states_are_counted) {
  const std::string bytes = MetadataBuilder(2).master_state("hook", "").master_state("", "data").bytes();
  EXPECT_EQ(decoded(bytes).master_states, 2u);
}

TEST(DecodeVersions, coordinator_state_is_inline_and_belongs_to_its_operator) {
  const std::string bytes =
      MetadataBuilder(4).op().op({.coordinator = test::byte("coordinator", "12345")}).bytes();
  const Metadata metadata = decoded(bytes);
  EXPECT_EQ(metadata.inlines.size(), 1u);
  EXPECT_EQ(metadata.inline_bytes, 5u);
  EXPECT_EQ(metadata.operators[0].inline_bytes, 0u);
  EXPECT_EQ(metadata.operators[1].inline_bytes, 5u);
}

TEST(DecodeVersions, savepoints_say_so_from_version_4) {
  const std::string bytes =
      MetadataBuilder(4).properties(test::checkpoint_properties(SnapshotKind::kSavepoint)).bytes();
  EXPECT_EQ(decoded(bytes).kind, SnapshotKind::kSavepoint);
  const std::string unknown = MetadataBuilder(4).properties(test::null_properties()).bytes();
  EXPECT_EQ(decoded(unknown).kind, SnapshotKind::kUnknown);
}

TEST(DecodeDialects, channel_state_of_1_11_is_told_by_its_missing_subtask) {
  const auto build = [](Dialect dialect) {
    return MetadataBuilder(3, dialect)
        .op()
        .subtask(
            {.inputs = {{.delegate = test::relative("in", 5), .subtask = 1, .gate = 2, .offsets = {3, 4}}},
             .outputs = {{.delegate = test::file("/out", 7)}}})
        .bytes();
  };
  const std::string old = build(Dialect::kFlink1_11);
  EXPECT_EQ(decoded(old).dialect, Dialect::kFlink1_11);
  ASSERT_EQ(decoded(old).files.size(), 2u);
  EXPECT_EQ(decoded(old).files[1].path, "/out");
  // Nothing changed from 1.12 to 1.15 but changelog state.
  const std::string later = build(Dialect::kFlink1_12);
  EXPECT_EQ(decoded(later).dialect, Dialect::kFlink1_15);
  EXPECT_EQ(decoded(later).files[1].path, "/out");
}

TEST(DecodeDialects, changelog_state_tells_1_14_from_1_15) {
  const auto build = [](test::ChangelogLayout layout) {
    const std::string files = test::changelog_files({{0, test::file("/dstl", 5)}}, layout);
    const std::string keyed = test::changelog({test::key_groups(test::file("/full", 9))}, {files}, layout);
    return MetadataBuilder(3).op().subtask({.managed_keyed = keyed}).bytes();
  };
  const std::string first = build(test::ChangelogLayout::kFlink1_14);
  EXPECT_EQ(decoded(first).dialect, Dialect::kFlink1_12);
  EXPECT_EQ(decoded(first).files.size(), 2u);
  const std::string second = build(test::ChangelogLayout::kFlink1_15);
  EXPECT_EQ(decoded(second).dialect, Dialect::kFlink1_15);
  EXPECT_EQ(decoded(second).files.size(), 2u);
}

TEST(DecodeDialects, error_of_the_layout_that_came_furthest_is_reported) {
  std::string bytes = MetadataBuilder(3, Dialect::kFlink1_11)
                          .op()
                          .subtask({.inputs = {{.delegate = test::relative("in", 5)}}})
                          .op()
                          .subtask()
                          .bytes();
  bytes.pop_back();
  const base::Result<Metadata> result = decode(bytes);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().field, "operators[1].subtasks[0].result_subpartitions.count");
  EXPECT_TRUE(result.error().truncated);
}

}  // namespace
}  // namespace checkpointfs::flink
