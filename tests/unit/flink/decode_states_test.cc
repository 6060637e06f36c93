// SPDX-License-Identifier: Apache-2.0
// Keyed and operator handles, as a reader of their state needs them.
#include <gtest/gtest.h>

#include "base/byte_cursor.h"
#include "flink/decode.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

using test::MetadataBuilder;

TEST(DecodedKeyedHandle, of_key_groups_says_where_its_offsets_stand) {
  for (const int tag : {3, 7, 12}) {
    const std::string bytes =
        MetadataBuilder(4)
            .op()
            .subtask()
            .op()
            .subtask()
            .subtask({.managed_keyed = test::key_groups(test::file("/k", 5), {11, 12, 13}, tag),
                      .raw_keyed = test::key_groups(test::byte("b", "xy"), {21}, 3)})
            .bytes();
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.keyed.size(), 2u);
    const KeyedHandle& managed = metadata.keyed[0];
    EXPECT_EQ(static_cast<int>(managed.tag), tag);
    EXPECT_EQ(managed.role, Role::kKeyedManaged);
    EXPECT_EQ(managed.operator_index, 1u);
    EXPECT_EQ(managed.subtask, 1);
    EXPECT_EQ(managed.first_key_group, 0);
    EXPECT_EQ(managed.key_groups, 3);
    EXPECT_EQ(managed.end_handle, 1u);
    EXPECT_EQ(managed.span.end_file - managed.span.first_file, 1u);
    base::ByteCursor offsets(std::string_view(bytes).substr(managed.detail_offset));
    for (const int64_t expected : {11, 12, 13}) EXPECT_EQ(offsets.i64("offset"), expected);
    const KeyedHandle& raw = metadata.keyed[1];
    EXPECT_EQ(raw.role, Role::kKeyedRaw);
    EXPECT_EQ(raw.key_groups, 1);
    ASSERT_EQ(raw.span.end_inline - raw.span.first_inline, 1u);
    const InlineHandle& state = metadata.inlines[raw.span.first_inline];
    EXPECT_EQ(bytes.substr(state.offset, state.length), "xy");
  }
}

TEST(DecodedKeyedHandle, of_a_changelog_is_followed_by_those_in_it) {
  const std::string base = test::incremental({.shared = {{"1.sst", test::file("/sst", 10)}}});
  const std::string files =
      test::changelog_files({{5, test::file("/dstl", 100)}, {7, test::byte("b", "xy")}});
  const std::string bytes =
      MetadataBuilder(4)
          .op()
          .subtask({.managed_keyed = test::changelog({base, test::null_handle()},
                                                     {files, test::changelog_bytes({{-1, "m"}, {3, "xyz"}})}),
                    .raw_keyed = test::key_groups(test::file("/raw", 1))})
          .bytes();
  const Metadata metadata = decoded(bytes);
  ASSERT_EQ(metadata.keyed.size(), 5u);
  EXPECT_EQ(metadata.keyed[0].tag, KeyedTag::kChangelogV2);
  EXPECT_EQ(metadata.keyed[0].end_handle, 4u);
  EXPECT_EQ(metadata.keyed[1].tag, KeyedTag::kIncrementalV2);
  EXPECT_EQ(metadata.keyed[1].end_handle, 2u);
  EXPECT_EQ(metadata.keyed[4].role, Role::kKeyedRaw);

  const KeyedHandle& changes = metadata.keyed[2];
  EXPECT_EQ(changes.tag, KeyedTag::kChangelogFilesV2);
  ASSERT_EQ(changes.end_changelog_file - changes.first_changelog_file, 2u);
  const ChangelogFile& first = metadata.changelog_files[changes.first_changelog_file];
  EXPECT_EQ(first.offset, 5);
  EXPECT_FALSE(first.is_inline);
  EXPECT_EQ(metadata.files[first.handle].path, "/dstl");
  const ChangelogFile& second = metadata.changelog_files[changes.first_changelog_file + 1];
  EXPECT_EQ(second.offset, 7);
  ASSERT_TRUE(second.is_inline);
  EXPECT_EQ(metadata.inlines[second.handle].length, 2u);

  EXPECT_EQ(metadata.keyed[3].tag, KeyedTag::kChangelogBytes);
  base::ByteCursor list(std::string_view(bytes).substr(metadata.keyed[3].detail_offset));
  ASSERT_EQ(list.count(8, "count"), 2u);
  EXPECT_EQ(list.i32("group"), -1);
  EXPECT_EQ(list.block("bytes"), "m");
  EXPECT_EQ(list.i32("group"), 3);
  EXPECT_EQ(list.block("bytes"), "xyz");
}

TEST(DecodedOperatorHandle, says_where_its_list_of_states_stands) {
  const std::string bytes =
      MetadataBuilder(4)
          .op()
          .subtask({.managed_operator = test::partitionable({{"a", {0, 8}, 1}}, test::file("/m", 24)),
                    .raw_operator = test::segment_operator({})})
          .subtask({.managed_operator = test::segment_operator(
                        {.states = {}, .delegate = test::empty_segment(), .is_empty = 1})})
          .bytes();
  const Metadata metadata = decoded(bytes);
  ASSERT_EQ(metadata.operator_states.size(), 3u);
  const OperatorHandle& managed = metadata.operator_states[0];
  EXPECT_EQ(managed.role, Role::kOperatorManaged);
  EXPECT_EQ(managed.subtask, 0);
  base::ByteCursor list(std::string_view(bytes).substr(managed.states_offset));
  EXPECT_EQ(list.count(7, "count"), 1u);
  EXPECT_EQ(list.utf("name"), "a");
  EXPECT_EQ(metadata.files[managed.span.first_file].path, "/m");
  EXPECT_EQ(metadata.operator_states[1].role, Role::kOperatorRaw);
  EXPECT_EQ(metadata.files[metadata.operator_states[1].span.first_file].tag, StreamTag::kSegment);
  const OperatorHandle& empty = metadata.operator_states[2];
  EXPECT_EQ(empty.subtask, 1);
  EXPECT_EQ(empty.span.first_file, empty.span.end_file);
}

}  // namespace
}  // namespace checkpointfs::flink
