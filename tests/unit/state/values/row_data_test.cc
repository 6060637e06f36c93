// SPDX-License-Identifier: Apache-2.0
// Rows of SQL whose bytes contradict themselves.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "state/types/logical_type.h"
#include "state/values/values.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

using test::json_of_hex;

std::shared_ptr<const LogicalType> sql(SqlKind kind, std::vector<LogicalType::Member> members = {}) {
  LogicalType type;
  type.kind = kind;
  type.members = std::move(members);
  return std::make_shared<const LogicalType>(std::move(type));
}

// A row of one field f0.
TypePtr row_of(std::shared_ptr<const LogicalType> field) {
  Type type;
  type.kind = TypeKind::kRowData;
  type.sql = sql(SqlKind::kRow, {{"f0", std::move(field)}});
  return std::make_shared<const Type>(std::move(type));
}

// 8 bytes of header, and the slot.
std::string one_slot(const std::string& slot) {
  return "00000010 0000000000000000 " + slot;
}

TEST(RowData, a_part_outside_of_the_row_is_damage) {
  const TypePtr type = row_of(sql(SqlKind::kVarChar));
  EXPECT_EQ(json_of_hex(one_slot("6162000000000082"), type), R"({"$kind":"+I","f0":"ab"})");
  EXPECT_EQ(json_of_hex(one_slot("0100000010000000"), type),
            "damaged: offset 20, binary row: 1 bytes at 16 are needed, there are 16");
  EXPECT_EQ(
      json_of_hex(one_slot("FFFFFFFFFFFFFF7F"), type),
      "damaged: offset 2147483651, binary row: 4294967295 bytes at 2147483647 are needed, there are 16");
  EXPECT_EQ(json_of_hex(one_slot("0000000010000000"), type), R"({"$kind":"+I","f0":""})");
  EXPECT_EQ(json_of_hex(one_slot("0000000000000088"), type),
            "damaged: offset 12, length in the slot: 8 bytes");
}

TEST(RowData, a_row_that_is_too_short_for_its_fields_is_damage) {
  const TypePtr type = row_of(sql(SqlKind::kInt));
  EXPECT_EQ(json_of_hex("0000000F 0000000000000000 00000000000000", type),
            "damaged: offset 4, row: 1 fields in 15 bytes");
  EXPECT_EQ(json_of_hex("00000000", type),
            "damaged: offset 4, binary row: 1 bytes at 0 are needed, there are 0");
  EXPECT_EQ(json_of_hex("FFFFFFFF", type), "damaged: offset 0, size of the binary data: negative count -1");
  EXPECT_EQ(json_of_hex("00000010 0400000000000000 0000000000000000", type),
            "damaged: offset 4, row kind: unknown kind 4");
}

TEST(RowData, times_that_do_not_exist_are_damage) {
  EXPECT_EQ(json_of_hex(one_slot("005C260500000000"), row_of(sql(SqlKind::kTime))),
            "damaged: offset 12, time: 86400000 milliseconds are no time of a day");
  LogicalType timestamp;
  timestamp.kind = SqlKind::kTimestamp;
  timestamp.precision = 9;
  EXPECT_EQ(json_of_hex(one_slot("40420F0000000000"), row_of(std::make_shared<const LogicalType>(timestamp))),
            "damaged: offset 12, timestamp: 1000000 nanoseconds of a millisecond");
}

TEST(RowData, arrays_and_maps_that_contradict_themselves_are_damage) {
  const TypePtr array = row_of(sql(SqlKind::kArray, {{"", sql(SqlKind::kInt)}}));
  EXPECT_EQ(json_of_hex("00000018 0000000000000000 0800000010000000 02000000 00000000", array),
            "damaged: offset 20, array length: 2 elements in 8 bytes");
  EXPECT_EQ(json_of_hex("00000018 0000000000000000 0800000010000000 FFFFFFFF 00000000", array),
            "damaged: offset 20, array length: -1 elements in 8 bytes");
  const TypePtr map = row_of(sql(SqlKind::kMap, {{"", sql(SqlKind::kInt)}, {"", sql(SqlKind::kInt)}}));
  EXPECT_EQ(json_of_hex("0000002C 0000000000000000 1C00000010000000"
                        " 0C000000 01000000 00000000 07000000  00000000 00000000 00000000",
                        map),
            "damaged: offset 20, map: 1 keys, 0 values");
  EXPECT_EQ(json_of_hex("00000018 0000000000000000 0800000010000000 09000000 00000000", map),
            "damaged: offset 24, binary row: 9 bytes at 4 are needed, there are 8");
}

TEST(RowData, a_type_that_is_not_known_makes_the_row_opaque_unless_it_is_null) {
  const TypePtr type = row_of(sql(SqlKind::kUnknown));
  EXPECT_EQ(json_of_hex(one_slot("0000000000000000"), type), "opaque");
  EXPECT_EQ(json_of_hex("00000010 0001000000000000 0000000000000000", type), R"({"$kind":"+I","f0":null})");
  EXPECT_EQ(test::outcome_of_skip(test::from_hex(one_slot("0000000000000000")), type), Outcome::kRead);
}

TEST(RowData, a_raw_field_without_a_serializer_is_bytes) {
  EXPECT_EQ(
      json_of_hex("00000018 0000000000000000 0300000010000000 0102030000000000", row_of(sql(SqlKind::kRaw))),
      R"({"$kind":"+I","f0":"0x010203"})");
}

TEST(RowData, a_raw_field_whose_serializer_does_not_fit_is_bytes) {
  Type type = *row_of(sql(SqlKind::kRaw));
  type.members = {{"", test::make_type(TypeKind::kRawValueData, {test::make_type(TypeKind::kString)})}};
  const auto row = std::make_shared<const Type>(type);
  EXPECT_EQ(json_of_hex("00000018 0000000000000000 0300000010000000 0361620000000000", row),
            R"({"$kind":"+I","f0":"ab"})");
  EXPECT_EQ(json_of_hex("00000018 0000000000000000 0300000010000000 0261620000000000", row),
            R"({"$kind":"+I","f0":"0x026162"})");
}

TEST(RowData, nested_rows_have_a_kind_only_if_they_are_no_insertion) {
  const TypePtr type = row_of(sql(SqlKind::kRow, {{"a", sql(SqlKind::kTinyInt)}}));
  const std::string outer = "00000020 0300000000000000 1000000010000000 ";
  EXPECT_EQ(json_of_hex(outer + "0000000000000000 FF00000000000000", type),
            R"({"$kind":"-D","f0":{"a":-1}})");
  EXPECT_EQ(json_of_hex(outer + "0200000000000000 FF00000000000000", type),
            R"({"$kind":"-D","f0":{"$kind":"+U","a":-1}})");
}

}  // namespace
}  // namespace checkpointfs::state
