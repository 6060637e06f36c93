// SPDX-License-Identifier: Apache-2.0
// Every tag, in every position that Flink's reader takes.
#include <gtest/gtest.h>

#include "flink/decode.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

using test::MetadataBuilder;

TEST(DecodeStreamHandles, file_relative_and_segment_keep_what_they_say) {
  for (const int version : {2, 3, 4, 5, 6}) {
    const std::string bytes =
        MetadataBuilder(version)
            .op()
            .subtask({.managed_keyed = test::key_groups(test::file("s3://b/x y%20", -1)),
                      .raw_keyed = test::key_groups(test::relative("r\xC3\xA9", 1))})
            .subtask({.managed_keyed = test::key_groups(test::segment("/m", 7, 9, 0))})
            .bytes();
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.files.size(), 3u);
    EXPECT_EQ(metadata.files[0].tag, StreamTag::kFile);
    EXPECT_EQ(metadata.files[0].path, "s3://b/x y%20");
    EXPECT_EQ(metadata.files[0].size, -1);
    EXPECT_FALSE(metadata.files[0].size_is_exact());
    EXPECT_EQ(metadata.files[1].tag, StreamTag::kRelative);
    EXPECT_EQ(metadata.files[1].path, "r\xC3\xA9");
    EXPECT_TRUE(metadata.files[1].size_is_exact());
    EXPECT_EQ(metadata.files[2].tag, StreamTag::kSegment);
    EXPECT_EQ(metadata.files[2].start, 7);
    EXPECT_EQ(metadata.files[2].size, 9);
    for (const FileHandle& file : metadata.files) {
      EXPECT_EQ(static_cast<StreamTag>(bytes[file.offset]), file.tag);
    }
  }
}

TEST(DecodeStreamHandles, key_groups_are_taken_in_the_place_of_a_stream) {
  const std::string bytes = with_keyed(test::incremental(
      {.shared = {{"1.sst", test::key_groups(test::key_groups(test::file("/nested", 3)), {})}}}));
  const Metadata metadata = decoded(bytes);
  ASSERT_EQ(metadata.files.size(), 1u);
  EXPECT_EQ(metadata.files[0].path, "/nested");
  EXPECT_EQ(metadata.files[0].part, Part::kShared);
  EXPECT_EQ(metadata.files[0].local_name, "1.sst");
}

TEST(DecodeStreamHandles, empty_segments_outside_of_operator_state_are_counted) {
  const std::string handle = test::key_groups(test::empty_segment());
  const std::string bytes =
      MetadataBuilder(4).op().subtask({.managed_keyed = handle, .raw_keyed = handle}).bytes();
  const Metadata metadata = decoded(bytes);
  EXPECT_EQ(metadata.empty_segments, 2u);
  EXPECT_EQ(static_cast<StreamTag>(bytes[metadata.empty_segment_offset]), StreamTag::kEmptySegment);
}

TEST(DecodeKeyedHandles, key_groups_of_every_tag_have_one_file) {
  for (const int tag : {3, 7, 12}) {
    const std::string bytes = with_keyed(test::key_groups(test::file("/k", 5), {1, 2, 3}, tag));
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.files.size(), 1u) << tag;
    EXPECT_EQ(metadata.files[0].role, Role::kKeyedManaged);
    EXPECT_EQ(metadata.files[0].part, Part::kDelegate);
  }
}

TEST(DecodeKeyedHandles, incremental_handles_of_both_tags_tell_their_lists_apart) {
  for (const int tag : {5, 11}) {
    const std::string bytes = with_keyed(test::incremental(
        {.tag = tag,
         .meta = test::relative("meta", 1),
         .shared = {{"1.sst", test::file("/1", 10)}, {"2.sst", test::byte("inline", "abc")}},
         .private_ = {{"CURRENT", test::segment("/m", 0, 16)}}}));
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.files.size(), 3u) << tag;
    EXPECT_EQ(metadata.files[0].part, Part::kMeta);
    EXPECT_EQ(metadata.files[0].local_name, "");
    EXPECT_EQ(metadata.files[1].part, Part::kShared);
    EXPECT_EQ(metadata.files[1].local_name, "1.sst");
    EXPECT_EQ(metadata.files[2].part, Part::kPrivate);
    EXPECT_EQ(metadata.files[2].local_name, "CURRENT");
    ASSERT_EQ(metadata.incrementals.size(), 1u);
    EXPECT_EQ(metadata.incrementals[0].shared_count, 2u);
    EXPECT_EQ(metadata.incrementals[0].private_count, 1u);
    EXPECT_EQ(metadata.inline_bytes, 3u);
  }
}

TEST(DecodeKeyedHandles, changelog_files_are_told_from_materialised_ones) {
  const std::string base = test::incremental({.shared = {{"1.sst", test::file("/sst", 10)}}});
  const std::string changes =
      test::changelog_files({{5, test::file("/dstl", 100)}, {0, test::byte("b", "xy")}});
  const std::string bytes =
      with_keyed(test::changelog({base, test::null_handle()}, {changes, test::changelog_bytes({{-1, "m"}})}));
  const Metadata metadata = decoded(bytes);
  EXPECT_TRUE(metadata.has_changelog);
  ASSERT_EQ(metadata.files.size(), 2u);
  EXPECT_TRUE(metadata.files[0].materialised);
  EXPECT_TRUE(metadata.files[0].size_is_exact());
  EXPECT_FALSE(metadata.files[1].materialised);
  EXPECT_EQ(metadata.files[1].part, Part::kChangelog);
  EXPECT_FALSE(metadata.files[1].size_is_exact());
}

TEST(DecodeKeyedHandles, changelog_of_1_15_may_stand_in_later_versions) {
  const auto layout = test::ChangelogLayout::kFlink1_15;
  const std::string files = test::changelog_files({{0, test::relative("dstl", 1)}}, layout);
  const std::string bytes = with_keyed(test::changelog({}, {files}, layout), 6);
  EXPECT_EQ(decoded(bytes).files.size(), 1u);
}

TEST(DecodeKeyedHandles, changelog_may_be_nested_up_to_the_limit) {
  std::string handle = test::key_groups(test::file("/deep", 1));
  for (int i = 0; i < 7; ++i) handle = test::changelog({handle}, {});
  const std::string bytes = with_keyed(handle);
  EXPECT_TRUE(decoded(bytes).files[0].materialised);
  const std::string deeper = with_keyed(test::changelog({handle}, {}));
  const base::Result<Metadata> result = decode(deeper);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().reason, "handles nested more than 8 deep");
  EXPECT_TRUE(decode(deeper, {.max_depth = 9}).has_value());
}

TEST(DecodeOperatorHandles, partitionable_state_is_managed_or_raw) {
  const std::string bytes =
      MetadataBuilder(2)
          .op()
          .subtask({.managed_operator = test::partitionable({{"a", {0, 8}, 0}, {"b", {}, 1}, {"c", {16}, 2}},
                                                            test::file("/m", 24)),
                    .raw_operator = test::partitionable({}, test::relative("r", 0))})
          .bytes();
  const Metadata metadata = decoded(bytes);
  ASSERT_EQ(metadata.files.size(), 2u);
  EXPECT_EQ(metadata.files[0].role, Role::kOperatorManaged);
  EXPECT_EQ(metadata.files[1].role, Role::kOperatorRaw);
}

TEST(DecodeOperatorHandles, file_merging_is_empty_without_offsets_only) {
  const auto build = [](const std::vector<test::State>& states, const std::string& delegate) {
    return MetadataBuilder(4)
        .op()
        .subtask({.managed_operator = test::segment_operator({.states = states, .delegate = delegate})})
        .bytes();
  };
  const std::string full = build({{"s", {1}}}, test::segment("/m", 5, 6));
  ASSERT_EQ(decoded(full).segment_operators.size(), 1u);
  EXPECT_FALSE(decoded(full).segment_operators[0].empty);
  EXPECT_EQ(decoded(full).files.size(), 1u);
  const std::string empty = build({{"s", {}}}, test::empty_segment());
  EXPECT_TRUE(decoded(empty).segment_operators[0].empty);
  EXPECT_EQ(decoded(empty).empty_segments, 0u);
  const std::string odd = build({{"s", {1}}}, test::empty_segment());
  EXPECT_FALSE(decoded(odd).segment_operators[0].empty);
}

TEST(DecodeChannelHandles, both_lists_are_told_apart_in_every_version) {
  for (const int version : {3, 4, 5, 6}) {
    const std::string bytes =
        MetadataBuilder(version)
            .op()
            .subtask({.inputs = {{.delegate = test::relative("c", 50), .offsets = {0, 1}},
                                 {.delegate = test::byte("b", "x")}},
                      .outputs = {{.delegate = test::relative("c", 50), .offsets = {}}}})
            .bytes();
    const Metadata metadata = decoded(bytes);
    ASSERT_EQ(metadata.files.size(), 2u);
    EXPECT_EQ(metadata.files[0].role, Role::kInputChannel);
    EXPECT_EQ(metadata.files[1].role, Role::kResultSubpartition);
    EXPECT_EQ(metadata.inlines.size(), 1u);
  }
}

TEST(DecodeChannelHandles, merged_ones_came_with_version_6) {
  const std::string bytes =
      MetadataBuilder(6)
          .op()
          .subtask({.inputs = {{.delegate = test::relative("in", 50), .merged = true}},
                    .outputs = {{.delegate = test::segment("/m", 1, 2), .merged = true}}})
          .bytes();
  const Metadata metadata = decoded(bytes);
  ASSERT_EQ(metadata.files.size(), 2u);
  EXPECT_EQ(metadata.files[0].role, Role::kInputChannel);
  EXPECT_EQ(metadata.files[1].role, Role::kResultSubpartition);
}

TEST(DecodeLimits, handles_and_bytes_are_limited) {
  const std::string bytes =
      with_keyed(test::incremental({.shared = {{"1", test::file("/1", 1)}, {"2", test::file("/2", 2)}}}));
  EXPECT_TRUE(decode(bytes, {.max_handles = 2}).has_value());
  const base::Result<Metadata> handles = decode(bytes, {.max_handles = 1});
  ASSERT_FALSE(handles.has_value());
  EXPECT_EQ(handles.error().reason, "more than 1 handles");
  const base::Result<Metadata> size = decode(bytes, {.max_size = bytes.size() - 1});
  ASSERT_FALSE(size.has_value());
  EXPECT_FALSE(size.error().truncated);
}

}  // namespace
}  // namespace checkpointfs::flink
