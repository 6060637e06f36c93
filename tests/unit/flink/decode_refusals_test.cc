// SPDX-License-Identifier: Apache-2.0
// Inputs that Flink's reader refuses are refused, with the place and the reason.
#include <gtest/gtest.h>

#include "flink/decode.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"
#include "tests/unit/flink/decoding.h"

namespace checkpointfs::flink {
namespace {

using test::Bytes;
using test::MetadataBuilder;

void expect_refused(const std::string& bytes, const std::string& field, const std::string& reason) {
  const base::Result<Metadata> result = decode(bytes);
  ASSERT_FALSE(result.has_value()) << field << ": " << reason;
  EXPECT_EQ(result.error().field, field);
  EXPECT_EQ(result.error().reason, reason);
  EXPECT_FALSE(result.error().truncated);
}

std::string with(const test::Subtask& subtask, int version = 4) {
  return MetadataBuilder(version).op().subtask(subtask).bytes();
}

const std::string kKeyed = "operators[0].subtasks[0].managed_keyed.";
const std::string kOperator = "operators[0].subtasks[0].managed_operator.";

TEST(DecodeRefusals, versions_that_cannot_be_read_are_refused_by_name) {
  const auto reason_of = [](int32_t version) {
    const std::string bytes = Bytes().i32(0x4960672D).i32(version).raw(std::string(100, '\0'));
    const base::Result<Metadata> result = decode(bytes);
    EXPECT_EQ(result.error().field, "version");
    EXPECT_EQ(result.error().offset, 4u);
    EXPECT_FALSE(result.error().truncated);
    return result.error().reason;
  };
  EXPECT_NE(reason_of(0).find("written by Flink 1.1;"), std::string::npos);
  EXPECT_NE(reason_of(1).find("written by Flink 1.2,"), std::string::npos);
  EXPECT_NE(reason_of(7).find("never released"), std::string::npos);
  EXPECT_NE(reason_of(8).find("unknown version 8"), std::string::npos);
  EXPECT_NE(reason_of(-1).find("unknown version -1"), std::string::npos);
}

TEST(DecodeRefusals, what_is_no_metadata_is_refused_at_once) {
  expect_refused("#!/bin/sh\n", "magic", "not the metadata of a Flink checkpoint or savepoint");
  const std::string java = Bytes().hex("AC ED 00 05 73 72 00 00");
  expect_refused(java, "magic", "a serialised Java object, as Flink 1.0 wrote; no supported Flink reads it");
}

TEST(DecodeRefusals, negative_checkpoint_ids) {
  expect_refused(MetadataBuilder(3).checkpoint_id(-1).bytes(), "checkpoint_id", "negative checkpoint id -1");
}

TEST(DecodeRefusals, bytes_after_the_end_in_every_version) {
  for (const int version : {2, 3, 4, 5, 6}) {
    const std::string bytes = MetadataBuilder(version).op().subtask().bytes() + "xy";
    const base::Result<Metadata> result = decode(bytes);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(to_string(result.error()),
              "offset " + std::to_string(bytes.size() - 2) + ", end: 2 bytes follow the end of the metadata");
  }
}

TEST(DecodeRefusals, master_states_that_do_not_fill_their_size) {
  const auto build = [](const std::string& content) {
    return MetadataBuilder(2).raw_master_state(Bytes().i32(0xC96B1696).block(content).str()).bytes();
  };
  expect_refused(build(Bytes().i32(1).utf("hook").block("data").u8(0)), "master_states[0].size",
                 "says 19 bytes, the content takes 18");
  expect_refused(build(Bytes().i32(1).utf("hook").i32(5).raw("data")), "master_states[0].content",
                 "needs 5 bytes, 4 are left");
  expect_refused(build(Bytes().i32(1).utf("h\x80ok").block("data")), "master_states[0].name",
                 "not modified UTF-8");
  expect_refused(MetadataBuilder(2).raw_master_state(std::string(30, 'x')).bytes(), "master_states[0].magic",
                 "wrong magic number");
}

TEST(DecodeRefusals, parallelism_and_subtasks_that_contradict) {
  expect_refused(MetadataBuilder(4).op({.parallelism = 5, .max_parallelism = 4}).bytes(),
                 "operators[0].parallelism", "5, not between 0 and the maximum of 4");
  expect_refused(MetadataBuilder(4).op({.parallelism = -1}).bytes(), "operators[0].parallelism",
                 "-1, not between 0 and the maximum of 128");
  expect_refused(MetadataBuilder(4).op({.parallelism = 2}).subtask({.index = 2}).bytes(),
                 "operators[0].subtasks[0].index", "subtask 2 of 2");
  expect_refused(MetadataBuilder(2).op().subtask({.index = -3}).bytes(), "operators[0].subtasks[0].index",
                 "subtask -3 of 4");
}

TEST(DecodeRefusals, coordinator_state_in_a_file) {
  expect_refused(MetadataBuilder(3).op({.coordinator = test::file("/f", 1)}).bytes(),
                 "operators[0].coordinator.tag", "tag 2: coordinator state must be absent or inline");
}

TEST(DecodeRefusals, coordinator_state_of_a_finished_operator) {
  expect_refused(MetadataBuilder(4).finished_op({.coordinator = test::byte("c", "")}).bytes(),
                 "operators[0].subtasks", "the operator is finished, but has coordinator state");
}

TEST(DecodeRefusals, legacy_state_of_version_2) {
  expect_refused(
      with({.legacy = {test::file("/old", 1)}}, 2), "operators[0].subtasks[0].legacy_states",
      "1 states of the Checkpointed interface of Flink 1.1, which Flink 1.4 and later refuse to read");
}

TEST(DecodeRefusals, unknown_tags_in_each_position) {
  expect_refused(with_keyed(test::key_groups(Bytes().u8(42))), kKeyed + "delegate.tag",
                 "unknown tag 42 of a stream state handle");
  expect_refused(with_keyed(test::key_groups(Bytes().u8(4))), kKeyed + "delegate.tag",
                 "unknown tag 4 of a stream state handle");
  expect_refused(with_keyed(test::file("/f", 1)), kKeyed + "tag", "unknown tag 2 of a keyed state handle");
  expect_refused(with_keyed(Bytes().u8(255)), kKeyed + "tag", "unknown tag 255 of a keyed state handle");
  expect_refused(with({.managed_operator = test::file("/f", 1)}), kOperator + "tag",
                 "unknown tag 2 of an operator state handle");
}

TEST(DecodeRefusals, absent_handles_where_one_must_be) {
  expect_refused(with_keyed(test::key_groups(test::null_handle())), kKeyed + "delegate", "absent (tag 0)");
  expect_refused(with_keyed(test::incremental({.shared = {{"1.sst", test::null_handle()}}})),
                 kKeyed + "shared[0].tag", "absent (tag 0)");
  expect_refused(with({.managed_operator = test::null_handle()}), kOperator + "tag",
                 "absent (tag 0), but marked as present");
  expect_refused(with({.managed_operator = test::partitionable({}, test::null_handle())}),
                 kOperator + "delegate", "absent (tag 0)");
  expect_refused(with({.inputs = {{.delegate = test::null_handle()}}}),
                 "operators[0].subtasks[0].input_channels[0].delegate", "absent (tag 0)");
}

TEST(DecodeRefusals, paths_and_names_that_java_cannot_read) {
  expect_refused(with_keyed(test::key_groups(test::file("", 1))), kKeyed + "delegate.path", "empty path");
  expect_refused(with_keyed(test::key_groups(test::relative("", 1))), kKeyed + "delegate.path", "empty path");
  expect_refused(with_keyed(test::key_groups(test::file("/\xFF", 1))), kKeyed + "delegate.path",
                 "not modified UTF-8");
  expect_refused(with_keyed(test::incremental({.private_ = {{"\xC3", test::file("/f", 1)}}})),
                 kKeyed + "private[0].local_name", "not modified UTF-8");
}

TEST(DecodeRefusals, sizes_and_ranges_that_cannot_be) {
  expect_refused(with_keyed(test::key_groups(test::file("/f", -2))), kKeyed + "delegate.size",
                 "negative size -2");
  expect_refused(with_keyed(test::key_groups(test::segment("/m", -1, 5))), kKeyed + "delegate.start",
                 "segment of 5 bytes at -1 in a file");
  expect_refused(with_keyed(test::key_groups(test::segment("/m", 0, -1))), kKeyed + "delegate.start",
                 "segment of -1 bytes at 0 in a file");
  expect_refused(with_keyed(test::key_groups(test::segment("/m", INT64_MAX, 1))), kKeyed + "delegate.start",
                 "segment of 1 bytes at 9223372036854775807 in a file");
  expect_refused(with_keyed(test::key_groups(test::segment("/m", 0, 1, 2))), kKeyed + "delegate.scope",
                 "unknown scope 2");
  expect_refused(with_keyed(Bytes().u8(3).i32(-1).i32(0).raw(test::file("/f", 1))),
                 kKeyed + "first_key_group", "0 key groups from -1");
  expect_refused(with_keyed(Bytes().u8(3).i32(0).i32(-1)), kKeyed + "first_key_group",
                 "-1 key groups from 0");
}

TEST(DecodeRefusals, changelog_with_what_is_no_change) {
  expect_refused(with_keyed(test::changelog({}, {test::key_groups(test::file("/f", 1))})),
                 kKeyed + "changes[0].tag", "tag 3 is not an increment of a changelog");
  expect_refused(with_keyed(test::changelog({}, {test::changelog_bytes({}), test::null_handle()})),
                 kKeyed + "changes[1].tag", "tag 0 is not an increment of a changelog");
  expect_refused(with_keyed(test::changelog_bytes({{-2, ""}})), kKeyed + "changes[0].key_group",
                 "key group -2");
  expect_refused(with_keyed(Bytes().u8(9).i32(0).i32(1).i64(-3).i64(4).i32(0).utf("id")), kKeyed + "from",
                 "changes from -3 to 4");
}

TEST(DecodeRefusals, file_merging_operator_state_outside_of_segments) {
  expect_refused(with({.managed_operator = test::segment_operator({.delegate = test::relative("r", 1)})}),
                 kOperator + "delegate", "a RELATIVE handle where Flink demands a segment");
  expect_refused(with({.managed_operator = test::segment_operator({.task_owned_dir = ""})}),
                 kOperator + "task_owned_dir", "empty path");
  expect_refused(with({.managed_operator = test::segment_operator({.is_empty = 2})}), kOperator + "is_empty",
                 "neither 0 nor 1");
  expect_refused(with({.managed_operator = test::partitionable({{"s", {}, 3}}, test::file("/f", 1))}),
                 kOperator + "states[0].mode", "unknown distribution mode 3");
}

TEST(DecodeRefusals, channel_types_in_the_wrong_list) {
  const auto build = [](int type, bool input, bool merged) {
    const std::vector<test::Channel> list = {
        {.delegate = test::relative("c", 1), .merged = merged, .type = type}};
    return with({.inputs = input ? list : std::vector<test::Channel>{},
                 .outputs = input ? std::vector<test::Channel>{} : list},
                6);
  };
  const std::string subtask = "operators[0].subtasks[0].";
  expect_refused(build(2, true, false), subtask + "input_channels[0].type",
                 "type 2 in the list of input channels");
  expect_refused(build(4, true, true), subtask + "input_channels[0].type",
                 "type 4 in the list of input channels");
  expect_refused(build(1, false, false), subtask + "result_subpartitions[0].type",
                 "type 1 in the list of result subpartitions");
  expect_refused(build(3, false, true), subtask + "result_subpartitions[0].type",
                 "type 3 in the list of result subpartitions");
  expect_refused(build(5, true, false), subtask + "input_channels[0].type",
                 "type 5 in the list of input channels");
}

TEST(DecodeRefusals, offset_is_that_of_the_field) {
  const std::string bytes = with_keyed(test::key_groups(Bytes().u8(42), {}));
  const base::Result<Metadata> result = decode(bytes);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(bytes[result.error().offset], 42);
}

TEST(DecodeRefusals, counts_that_exceed_the_input_allocate_nothing) {
  for (const int32_t count : {INT32_MAX, 1 << 20}) {
    const std::string operators = Bytes().hex("4960672D 00000004").i64(1).i32(0).i32(count);
    const base::Result<Metadata> result = decode(operators);
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().field, "operators.count");
    EXPECT_TRUE(result.error().truncated);
  }
}

}  // namespace
}  // namespace checkpointfs::flink
