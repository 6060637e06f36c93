// SPDX-License-Identifier: Apache-2.0
// Few bytes that would become much time, memory or text.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "state/types/avro_schema.h"
#include "state/types/logical_type.h"
#include "state/values/values.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::json_of;
using test::make_type;
using test::outcome_of;
using test::outcome_of_skip;

constexpr size_t kMegabyte = size_t{1} << 20;

TypePtr nested_lists(int depth) {
  TypePtr type = make_type(TypeKind::kInt);
  for (int i = 0; i < depth; ++i) type = make_type(TypeKind::kList, {type});
  return type;
}

std::string nested_list_bytes(int depth) {
  Bytes bytes;
  for (int i = 0; i < depth; ++i) bytes.i32(1);
  return bytes.i32(7);
}

TEST(LimitsOfValues, values_nest_up_to_64_deep) {
  EXPECT_EQ(json_of(nested_list_bytes(63), nested_lists(63)),
            std::string(63, '[') + "7" + std::string(63, ']'));
  EXPECT_EQ(json_of(nested_list_bytes(64), nested_lists(64)), "opaque");
}

TEST(LimitsOfValues, elements_of_no_bytes_are_few) {
  const TypePtr list = make_type(TypeKind::kList, {make_type(TypeKind::kNullValue)});
  EXPECT_EQ(json_of(Bytes().i32(3), list), "[null,null,null]");
  for (const int32_t n : {100000, 0x7FFFFFFF}) {
    EXPECT_EQ(outcome_of(Bytes().i32(n), list), Outcome::kOpaque);
    EXPECT_EQ(outcome_of_skip(Bytes().i32(n), list), Outcome::kOpaque);
  }
  EXPECT_EQ(outcome_of(Bytes().i32(-1), list), Outcome::kDamaged);
}

TEST(LimitsOfValues, records_of_no_bytes_are_few) {
  const TypePtr array =
      test::avro_type(R"({"type":"array","items":{"type":"record","name":"Nothing","fields":[]}})");
  EXPECT_EQ(json_of(Bytes().hex("02 00"), array), "[{},{}]");
  const std::string many = Bytes().hex("FFFFFFFF07 00");
  EXPECT_EQ(outcome_of(many, array), Outcome::kOpaque);
  EXPECT_EQ(outcome_of_skip(many, array), Outcome::kOpaque);
}

TEST(LimitsOfValues, a_schema_that_doubles_at_each_level_does_not) {
  std::string schema = R"({"type":"null"})";
  for (int level = 0; level < 40; ++level) {
    const std::string name = "R" + std::to_string(level);
    const std::string again = level == 0 ? R"("null")" : "\"R" + std::to_string(level - 1) + "\"";
    schema = R"({"type":"record","name":")" + name + R"(","fields":[{"name":"a","type":)" + schema +
             R"(},{"name":"b","type":)" + again + "}]}";
  }
  EXPECT_EQ(outcome_of("", test::avro_type(schema)), Outcome::kOpaque);
  EXPECT_EQ(outcome_of_skip("", test::avro_type(schema)), Outcome::kOpaque);
}

TEST(LimitsOfValues, a_schema_that_holds_itself_ends) {
  const TypePtr type = test::avro_type(R"({"type":"record","name":"R","fields":[{"name":"r","type":"R"}]})");
  EXPECT_EQ(outcome_of("", type), Outcome::kOpaque);
  const TypePtr list =
      test::avro_type(R"({"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]})");
  EXPECT_EQ(json_of(Bytes().i32(1).i32(1).i32(0), list), R"({"next":{"next":{"next":null}}})");
  Bytes deep;
  for (int i = 0; i < 100; ++i) deep.i32(1);
  EXPECT_EQ(outcome_of(deep, list), Outcome::kOpaque);
}

TEST(LimitsOfValues, long_names_of_fields_do_not_fill_the_memory) {
  TypePtr type = test::pojo({{std::string(60000, 'n'), make_type(TypeKind::kByte)}});
  type = make_type(TypeKind::kList, {type});
  const int32_t n = 100000;
  Bytes bytes;
  bytes.i32(n);
  for (int32_t i = 0; i < n; ++i) bytes.hex("02 01");
  std::string json;
  Input in(bytes.str());
  EXPECT_EQ(append_json(in, *type, {}, json), Outcome::kOpaque);
  EXPECT_LT(json.size(), 300 * bytes.str().size());
  EXPECT_EQ(outcome_of_skip(bytes, type), Outcome::kRead);
}

TEST(LimitsOfValues, objects_of_kryo_that_repeat_each_other_do_not_fill_the_memory) {
  const TypePtr type = test::kryo({"java.util.ArrayList"});
  // [[[..., a reference to it], a reference to it], ...]: each list is twice its first element.
  Bytes bytes;
  const int depth = 50;
  for (int i = 0; i < depth; ++i) bytes.hex("57 01 02");
  bytes.hex("03 01 83 6161");
  for (int i = depth; i > 0; --i) bytes.hex(i == depth ? "03" : "57").u8(i + 2);
  std::string json;
  Input in(bytes.str());
  EXPECT_EQ(append_json(in, *type, {}, json), Outcome::kOpaque);
  EXPECT_LT(json.size(), 4 * kMegabyte);
  EXPECT_EQ(outcome_of_skip(bytes, type), Outcome::kRead);
}

TEST(LimitsOfValues, a_list_of_kryo_that_holds_itself_is_opaque) {
  EXPECT_EQ(json_of(Bytes().hex("57 01 01 57 02"), test::kryo({"java.util.ArrayList"})), "opaque");
}

std::shared_ptr<const LogicalType> sql_type(SqlKind kind, std::vector<LogicalType::Member> members = {}) {
  LogicalType type;
  type.kind = kind;
  type.members = std::move(members);
  return std::make_shared<const LogicalType>(std::move(type));
}

// Each element of each array is the same array's bytes again.
TEST(LimitsOfValues, parts_of_a_row_that_share_their_bytes_do_not_multiply) {
  std::shared_ptr<const LogicalType> sql = sql_type(SqlKind::kTinyInt);
  for (int i = 0; i < 40; ++i) sql = sql_type(SqlKind::kArray, {{"", sql}});
  Type type;
  type.kind = TypeKind::kArrayData;
  type.sql = sql;
  const auto array = std::make_shared<const Type>(type);
  const int n = 8;
  Bytes bytes;
  const int size = 8 + 8 * n;
  bytes.i32(size).hex("08000000 00000000");
  for (int i = 0; i < n; ++i) bytes.hex("48000000 00000000");
  EXPECT_EQ(outcome_of(bytes, array), Outcome::kOpaque);
}

TEST(LimitsOfValues, a_length_of_a_string_that_is_not_there_needs_no_memory) {
  EXPECT_EQ(outcome_of(Bytes().hex("FFFFFFFF07 61"), make_type(TypeKind::kString)), Outcome::kDamaged);
  EXPECT_EQ(outcome_of(Bytes().hex("FFFFFFFF0F 61"), make_type(TypeKind::kString)), Outcome::kDamaged);
  EXPECT_EQ(outcome_of_skip(Bytes().hex("FFFFFFFF07 61"), make_type(TypeKind::kString)), Outcome::kDamaged);
}

TEST(LimitsOfValues, long_numbers_take_no_quadratic_time) {
  const std::string digits(kMegabyte, '\x7F');
  const std::string bytes = Bytes().i32(static_cast<int64_t>(digits.size()) + 4).raw(digits);
  EXPECT_EQ(json_of(bytes, make_type(TypeKind::kBigInteger)), test::hex_string(digits));
}

}  // namespace
}  // namespace checkpointfs::state
