// SPDX-License-Identifier: Apache-2.0
// Whole files, byte by byte.
#include <gtest/gtest.h>

#include "flink/decode.h"
#include "flink/rewrite.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::flink {
namespace {

constexpr char kIncremental[] = R"(
  49 60 67 2D  00 00 00 04              # 0: magic, version 4
  00 00 00 00 00 00 00 07               # 8: checkpoint id
  00 00 00 00                           # 16: no master states
  00 00 00 01                           # 20: one operator
  20 BA 6B 65 F9 74 81 D5               # 24: its id, lower half
  57 00 70 DE 90 E4 E7 91               # 32: upper half
  00 00 00 01  00 00 00 80              # 40: parallelism, max parallelism
  00                                    # 48: no coordinator state
  00 00 00 01  00 00 00 00              # 49: one subtask, number 0
  00 00 00 00  00 00 00 00              # 57: no managed, no raw operator state
  0B                                    # 65: INCREMENTAL_V2
    00 00 00 00 00 00 00 07             # 66: checkpoint id
    00 02 69 64                         # 74: backend id "id"
    00 00 00 00  00 00 00 80            # 78: 128 key groups from 0
    00 00 00 00 00 00 01 00             # 86: checkpointed size
    06  00 01 6D                        # 94: meta: RELATIVE "m"
        00 00 00 00 00 00 02 13         # 98: 531 bytes
    00 00 00 01                         # 106: one shared
      00 05 31 2E 73 73 74              # 110: "1.sst"
      02 00 00 00 00 00 00 10 00        # 117: FILE, 4096 bytes
         00 04 2F 73 2F 61              # 126: "/s/a"
    00 00 00 01                         # 132: one private
      00 07 43 55 52 52 45 4E 54        # 136: "CURRENT"
      01 00 01 6E  00 00 00 02 68 69    # 145: BYTE "n": "hi"
    00 01 78                            # 155: state handle id "x"
  00                                    # 158: no raw keyed state
  00 00 00 00  00 00 00 00              # 159: no channel state
  AC ED 00 05 70                        # 167: properties: null
)";

TEST(Golden, incremental_checkpoint_of_version_4_is_decoded_to_its_last_byte) {
  const std::string bytes = test::Bytes().hex(kIncremental);
  const base::Result<Metadata> result = decode(bytes);
  ASSERT_TRUE(result.has_value()) << to_string(result.error());
  const Metadata& metadata = *result;
  EXPECT_EQ(metadata.version, 4);
  EXPECT_EQ(metadata.dialect, Dialect::kOnly);
  EXPECT_EQ(metadata.checkpoint_id, 7);
  EXPECT_EQ(metadata.kind, SnapshotKind::kUnknown);
  EXPECT_EQ(metadata.master_states, 0u);
  EXPECT_EQ(metadata.end, 172u);
  EXPECT_EQ(metadata.inlines.size(), 1u);
  EXPECT_EQ(metadata.inline_bytes, 2u);
  EXPECT_FALSE(metadata.has_changelog);

  ASSERT_EQ(metadata.operators.size(), 1u);
  EXPECT_EQ(hex(metadata.operators[0].id), "20ba6b65f97481d5570070de90e4e791");
  EXPECT_EQ(metadata.operators[0].parallelism, 1);
  EXPECT_EQ(metadata.operators[0].max_parallelism, 128);
  EXPECT_EQ(metadata.operators[0].subtasks, 1u);
  EXPECT_EQ(metadata.operators[0].inline_bytes, 2u);

  ASSERT_EQ(metadata.files.size(), 2u);
  const FileHandle& meta = metadata.files[0];
  EXPECT_EQ(meta.offset, 94u);
  EXPECT_EQ(meta.length, 12u);
  EXPECT_EQ(meta.tag, StreamTag::kRelative);
  EXPECT_EQ(meta.role, Role::kKeyedManaged);
  EXPECT_EQ(meta.part, Part::kMeta);
  EXPECT_EQ(meta.path, "m");
  EXPECT_EQ(meta.size, 531);
  const FileHandle& sst = metadata.files[1];
  EXPECT_EQ(sst.offset, 117u);
  EXPECT_EQ(sst.length, 15u);
  EXPECT_EQ(sst.tag, StreamTag::kFile);
  EXPECT_EQ(sst.part, Part::kShared);
  EXPECT_EQ(sst.path, "/s/a");
  EXPECT_EQ(sst.size, 4096);
  EXPECT_EQ(sst.local_name, "1.sst");

  ASSERT_EQ(metadata.incrementals.size(), 1u);
  EXPECT_EQ(metadata.incrementals[0].shared_count_offset, 106u);
  EXPECT_EQ(metadata.incrementals[0].shared_count, 1u);
  EXPECT_EQ(metadata.incrementals[0].private_count_offset, 132u);
  EXPECT_EQ(metadata.incrementals[0].private_count, 1u);
}

TEST(Golden, incremental_checkpoint_is_rewritten_to_own_its_files) {
  const std::string bytes = test::Bytes().hex(kIncremental);
  const base::Result<Metadata> metadata = decode(bytes);
  ASSERT_TRUE(metadata.has_value()) << to_string(metadata.error());
  const base::Result<std::string> rewritten = rewrite(bytes, *metadata, {FormKind::kOwned, ""}, {"M", "A"});
  ASSERT_TRUE(rewritten.has_value()) << to_string(rewritten.error());

  const std::string expected = test::Bytes()
                                   .raw(bytes.substr(0, 94))
                                   .hex(R"(
    06  00 01 4D                        # meta: RELATIVE "M"
        00 00 00 00 00 00 02 13         # 531 bytes
    00 00 00 00                         # nothing shared
    00 00 00 02                         # two private
      00 05 31 2E 73 73 74              # "1.sst"
      06 00 01 41                       # RELATIVE "A"
         00 00 00 00 00 00 10 00        # 4096 bytes
  )")
                                   .raw(bytes.substr(136));
  EXPECT_EQ(*rewritten, expected);
}

constexpr char kFileMerging[] = R"(
  49 60 67 2D  00 00 00 06              # magic, version 6
  00 00 00 00 00 00 00 01  00 00 00 00  # checkpoint id, no master states
  00 00 00 01                           # 20: one operator
  00 01 4F  00 00                       # 24: name "O", no uid
  00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 02   # 29: its id
  00 00 00 01  00 00 00 01  00          # 45: parallelism, max parallelism, no coordinator state
  00 00 00 01  00 00 00 00              # 54: one subtask, number 0
  00 00 00 01                           # 62: managed operator state is there
    11  00 00 00 01                     # 66: SEGMENT_PARTITIONABLE, one state
        00 01 73  00                    # 71: "s", SPLIT_DISTRIBUTE
        00 00 00 01  00 00 00 00 00 00 00 05    # 75: one offset
    00 02 2F 74  00 02 2F 75            # 87: directories "/t", "/u"
    00                                  # 95: not empty
    0F  00 00 00 00 00 00 00 64         # 96: SEGMENT from 100
        00 00 00 00 00 00 00 0A         # 105: 10 bytes
        00 00 00 00                     # 113: EXCLUSIVE
        00 02 2F 66  00 01 6C           # 117: file "/f", logical file id "l"
  00 00 00 02                           # 124: raw operator state is there (2 is as good as 1)
    11  00 00 00 00                     # 128: SEGMENT_PARTITIONABLE, no states
    00 02 2F 74  00 02 2F 75  01        # 133: directories, empty
    10                                  # 142: EMPTY_SEGMENT
  00 00                                 # 143: no keyed state
  00 00 00 01                           # 145: one input channel handle
    03  00 00 00 00                     # 149: MERGED_INPUT of subtask 0
    00 00 00 00 00 00 00 08             # 154: 8 bytes
    06  00 01 63  00 00 00 00 00 00 00 14       # 162: RELATIVE "c", 20 bytes
    00 00 00 01  00                     # 174: packed offsets
  00 00 00 00                           # 179: no result subpartitions
  AC ED 00 05 70                        # 183: properties: null
)";

TEST(Golden, file_merging_checkpoint_of_version_6_is_decoded_to_its_last_byte) {
  const std::string bytes = test::Bytes().hex(kFileMerging);
  const base::Result<Metadata> result = decode(bytes);
  ASSERT_TRUE(result.has_value()) << to_string(result.error());
  const Metadata& metadata = *result;
  EXPECT_EQ(metadata.operators[0].name, "O");
  EXPECT_EQ(metadata.operators[0].uid, "");
  ASSERT_EQ(metadata.files.size(), 2u);
  EXPECT_EQ(metadata.files[0].tag, StreamTag::kSegment);
  EXPECT_EQ(metadata.files[0].offset, 96u);
  EXPECT_EQ(metadata.files[0].length, 28u);
  EXPECT_EQ(metadata.files[0].start, 100);
  EXPECT_EQ(metadata.files[0].size, 10);
  EXPECT_EQ(metadata.files[0].path, "/f");
  EXPECT_EQ(metadata.files[1].role, Role::kInputChannel);
  EXPECT_EQ(metadata.files[1].offset, 162u);

  ASSERT_EQ(metadata.segment_operators.size(), 2u);
  const SegmentOperatorHandle& full = metadata.segment_operators[0];
  EXPECT_EQ(full.present_offset, 62u);
  EXPECT_EQ(full.tag_offset, 66u);
  EXPECT_EQ(full.directories_offset, 87u);
  EXPECT_EQ(full.delegate_offset, 96u);
  EXPECT_EQ(full.end_offset, 124u);
  EXPECT_FALSE(full.empty);
  const SegmentOperatorHandle& empty = metadata.segment_operators[1];
  EXPECT_EQ(empty.present_offset, 124u);
  EXPECT_EQ(empty.end_offset, 143u);
  EXPECT_TRUE(empty.empty);
}

TEST(Golden, file_merging_checkpoint_is_rewritten_to_plain_operator_state) {
  const std::string bytes = test::Bytes().hex(kFileMerging);
  const base::Result<Metadata> metadata = decode(bytes);
  ASSERT_TRUE(metadata.has_value()) << to_string(metadata.error());
  const base::Result<std::string> rewritten =
      rewrite(bytes, *metadata, {FormKind::kOwned, ""}, {"carved", "C"});
  ASSERT_TRUE(rewritten.has_value()) << to_string(rewritten.error());

  const std::string expected = test::Bytes()
                                   .raw(bytes.substr(0, 66))
                                   .hex(R"(
    04  00 00 00 01                     # PARTITIONABLE, one state
        00 01 73  00                    # "s", SPLIT_DISTRIBUTE
        00 00 00 01  00 00 00 00 00 00 00 05
    06  00 06 63 61 72 76 65 64         # RELATIVE "carved"
        00 00 00 00 00 00 00 0A         # 10 bytes
  00 00 00 00                           # no raw operator state
  00 00                                 # no keyed state
  00 00 00 01                           # one input channel handle
    03  00 00 00 00  00 00 00 00 00 00 00 08
    06  00 01 43  00 00 00 00 00 00 00 14
  )")
                                   .raw(bytes.substr(174));
  EXPECT_EQ(*rewritten, expected);
}

TEST(Golden, builder_writes_the_same_bytes) {
  const std::string handle = "\x0B" + test::Bytes().i64(7).utf("id").i32(0).i32(128).i64(256).str() +
                             test::relative("m", 531) +
                             test::Bytes().i32(1).utf("1.sst").raw(test::file("/s/a", 4096)).str() +
                             test::Bytes().i32(1).utf("CURRENT").raw(test::byte("n", "hi")).utf("x").str();
  const std::string id = test::Bytes().hex("20BA6B65F97481D5 570070DE90E4E791");
  const std::string built = test::MetadataBuilder(4)
                                .checkpoint_id(7)
                                .op({.id = id, .parallelism = 1, .max_parallelism = 128})
                                .subtask({.managed_keyed = handle})
                                .properties(test::null_properties())
                                .bytes();
  EXPECT_EQ(built, test::Bytes().hex(kIncremental).str());
}

}  // namespace
}  // namespace checkpointfs::flink
