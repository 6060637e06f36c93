// SPDX-License-Identifier: Apache-2.0
// Kinds of values, and cases of them, that the samples lack.
#include <string>

#include <gtest/gtest.h>

#include "state/values/values.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::json_of;
using test::json_of_hex;
using test::make_type;

const TypePtr kInt = make_type(TypeKind::kInt);
const TypePtr kString = make_type(TypeKind::kString);

TypePtr named(TypeKind kind, std::vector<std::string> names, std::vector<int32_t> ids = {}) {
  return test::changed(make_type(kind), [&](Type& type) {
    type.names = std::move(names);
    type.ids = std::move(ids);
  });
}

TEST(KindsOfValues, alternatives_of_scala) {
  const TypePtr either = make_type(TypeKind::kScalaEither, {kInt, kString});
  EXPECT_EQ(json_of_hex("01 00000007", either), R"({"left":7})");
  EXPECT_EQ(json_of_hex("00 0261", either), R"({"right":"a"})");
  const TypePtr option = make_type(TypeKind::kOption, {kInt});
  EXPECT_EQ(json_of_hex("01 00000007", option), "7");
  EXPECT_EQ(json_of_hex("00", option), "null");
  const TypePtr attempt = make_type(TypeKind::kTry, {kInt, make_type(TypeKind::kOpaque)});
  EXPECT_EQ(json_of_hex("01 00000007", attempt), R"({"success":7})");
  EXPECT_EQ(json_of_hex("00 0102", attempt), "opaque");
}

TEST(KindsOfValues, collections_of_scala) {
  const TypePtr type = make_type(TypeKind::kTraversable, {kInt});
  EXPECT_EQ(json_of_hex("00000002 01 00000007 00", type), "[7,null]");
}

TEST(KindsOfValues, constants_of_scala_have_their_own_numbers) {
  const TypePtr type = named(TypeKind::kScalaEnum, {"A", "B"}, {3, -5});
  EXPECT_EQ(json_of_hex("FFFFFFFB", type), R"("B")");
  EXPECT_EQ(json_of_hex("00000000", type), "damaged: offset 0, enumeration: no constant 0");
}

TEST(KindsOfValues, a_constant_that_an_enum_lacks_is_damage) {
  const TypePtr type = named(TypeKind::kEnum, {"A", "B"});
  EXPECT_EQ(json_of_hex("00000001", type), R"("B")");
  EXPECT_EQ(json_of_hex("00000002", type), "damaged: offset 0, enum: constant 2 of 2");
  EXPECT_EQ(json_of_hex("FFFFFFFF", type), "damaged: offset 0, enum: constant 4294967295 of 2");
}

TEST(KindsOfValues, elements_of_a_set_may_be_null) {
  EXPECT_EQ(json_of_hex("00000002 01 00 00000007", make_type(TypeKind::kSet, {kInt})), "[null,7]");
}

TEST(KindsOfValues, each_flag_of_a_map_has_its_own_meaning) {
  const TypePtr map = make_type(TypeKind::kMap, {kString, kInt});
  EXPECT_EQ(json_of_hex("00000002 0261 00 00000007 0262 01", map), R"({"a":7,"b":null})");
  EXPECT_EQ(json_of_hex("00000001 00 00 00000007", map), "[[null,7]]");
  EXPECT_EQ(json_of_hex("00000002 0261 01 0261 01", map), R"([["a",null],["a",null]])");
  EXPECT_EQ(json_of_hex("00000001 00000005 00 0261", make_type(TypeKind::kMap, {kInt, kString})),
            R"([[5,"a"]])");
}

TEST(KindsOfValues, a_row_of_many_fields_has_a_mask_of_many_bytes) {
  TypePtr row = make_type(TypeKind::kRow, std::vector<TypePtr>(9, make_type(TypeKind::kByte)));
  EXPECT_EQ(json_of_hex("7F 00 05 06", row), "[5,null,null,null,null,null,null,null,6]");
  row = test::changed(row, [](Type& type) { type.flag = true; });
  EXPECT_EQ(json_of_hex("9F C0 05 06", row),
            R"({"$kind":"-U","fields":[5,null,null,null,null,null,null,null,6]})");
  EXPECT_EQ(json_of_hex("DF E0 00", row),
            R"({"$kind":"-D","fields":[0,null,null,null,null,null,null,null,null]})");
}

TEST(KindsOfValues, a_null_of_fixed_length_has_padding) {
  const TypePtr type =
      test::changed(make_type(TypeKind::kNullable, {kInt}), [](Type& changed) { changed.size = 4; });
  EXPECT_EQ(json_of_hex("01 00000000", type), "null");
  EXPECT_EQ(json_of_hex("00 00000007", type), "7");
}

TEST(KindsOfValues, flags_of_a_pojo_that_are_unknown_are_damage) {
  const TypePtr type = test::pojo({{"a", kInt}});
  EXPECT_EQ(json_of_hex("01", type), "null");
  EXPECT_EQ(json_of_hex("02 01", type), R"({"a":null})");
  EXPECT_EQ(json_of_hex("03 01", type), "damaged: offset 0, POJO flags: unknown flags 3");
  EXPECT_EQ(json_of_hex("08 00", type),
            "damaged: offset 1, tag of the subclass: the serializer's snapshot has no such subclass");
  EXPECT_EQ(json_of(Bytes().u8(4).utf("com.acme.Sub").hex("02 01"), type), "opaque");
}

TEST(KindsOfValues, a_subclass_may_have_a_serializer_that_is_none_of_pojos) {
  const TypePtr type = test::changed(test::pojo({}), [](Type& changed) {
    changed.subclasses = {{"com.acme.Met", make_type(TypeKind::kLong), false},
                          {"com.acme.Unknown", make_type(TypeKind::kOpaque), true},
                          {"com.acme.Tagged", test::pojo({{"a", kInt}}), true}};
  });
  EXPECT_EQ(json_of(Bytes().u8(4).utf("com.acme.Met").i64(5), type),
            R"({"$class":"com.acme.Met","$value":5})");
  EXPECT_EQ(json_of_hex("08 01 02 00 00000007", type), R"({"$class":"com.acme.Tagged","a":7})");
  EXPECT_EQ(json_of_hex("08 01 01", type), "null");
  EXPECT_EQ(json_of_hex("08 00 02 00 00000007", type), "opaque");
}

TEST(KindsOfValues, elements_of_streams_that_are_no_records) {
  const TypePtr type = make_type(TypeKind::kStreamElement, {kInt});
  EXPECT_EQ(json_of(Bytes().u8(2).i64(-1), type), R"({"watermark":-1})");
  EXPECT_EQ(json_of(Bytes().u8(4).i32(1), type), R"({"status":1})");
  EXPECT_EQ(
      json_of(Bytes().u8(3).i64(9).i64(0x0102030405060708).i64(0x1112131415161718).i32(2), type),
      R"({"latency_marker":{"marked_time":9,"operator":"11121314151617180102030405060708","subtask":2}})");
  EXPECT_EQ(json_of_hex("05 00", type), "opaque");
}

TEST(KindsOfValues, a_two_phase_commit_may_have_no_pending_transaction) {
  const TypePtr plain = make_type(TypeKind::kTwoPhaseCommit, {kString, kInt});
  const TypePtr nulls = test::changed(plain, [](Type& type) { type.flag = true; });
  EXPECT_EQ(json_of_hex("00 00000000 00", nulls), R"({"pending":null,"pending_commits":[],"context":null})");
  EXPECT_EQ(
      json_of(Bytes().hex("0261").i64(5).i32(1).hex("0262").i64(6).hex("01 00000007"), plain),
      R"({"pending":{"transaction":"a","start":5},"pending_commits":[{"transaction":"b","start":6}],"context":7})");
}

TEST(KindsOfValues, times_that_do_not_exist_are_damage) {
  EXPECT_EQ(json_of_hex("000007E7 02 1D", make_type(TypeKind::kLocalDate)),
            "damaged: offset 0, date: no date 2023-2-29");
  EXPECT_EQ(json_of_hex("18 00 00 00000000", make_type(TypeKind::kLocalTime)),
            "damaged: offset 0, time: no time 24:0:0 and 0 ns");
  EXPECT_EQ(json_of(Bytes().i64(0).i32(1000000000), make_type(TypeKind::kInstant)),
            "damaged: offset 8, nanoseconds: 1000000000 nanoseconds, not 0 to 999999999");
  EXPECT_EQ(json_of(Bytes().i64(0).i32(-1), make_type(TypeKind::kSqlTimestamp)),
            "damaged: offset 8, nanoseconds: -1 nanoseconds, not 0 to 999999999");
}

TEST(KindsOfValues, lengths_of_numbers_that_do_not_exist_are_damage) {
  const TypePtr type = make_type(TypeKind::kBigInteger);
  EXPECT_EQ(json_of_hex("00000004", type), "damaged: offset 0, length of the number: no length 4");
  EXPECT_EQ(json_of_hex("FFFFFFFF", type), "damaged: offset 0, length of the number: no length -1");
  EXPECT_EQ(json_of_hex("00000014 00", type), "damaged: offset 4, number: needs 16 bytes, 1 are left");
}

TEST(KindsOfValues, numbers_of_64_bits_are_strings_if_one_asks) {
  const JsonStyle style{.int64_as_string = true};
  const TypePtr type =
      make_type(TypeKind::kTuple, {kInt, make_type(TypeKind::kLong), make_type(TypeKind::kTimeWindow)});
  EXPECT_EQ(json_of(Bytes().i32(1).i64(INT64_MIN).i64(3).i64(4), type, style),
            R"([1,"-9223372036854775808",{"start":"3","end":"4"}])");
}

TEST(KindsOfValues, windows) {
  EXPECT_EQ(json_of_hex("00", make_type(TypeKind::kGlobalWindow)), R"("global")");
  EXPECT_EQ(json_of(Bytes().i64(-5), make_type(TypeKind::kCountWindow)), R"({"id":-5})");
}

TEST(FramedValues, bytes_behind_the_value_make_it_opaque) {
  std::string json = "x";
  EXPECT_EQ(append_framed_json(test::from_hex("00000007 00"), *kInt, {}, json), "Integer");
  EXPECT_EQ(json, R"(x"0x0000000700")");
}

TEST(FramedValues, the_innermost_type_that_cannot_be_read_is_named) {
  const TypePtr user = test::kryo({"com.acme.Order"});
  const TypePtr type = make_type(TypeKind::kList, {test::pojo({{"a", kInt}, {"b", user}})});
  std::string json;
  EXPECT_EQ(
      append_framed_json(test::from_hex("00000002 02 01 01 02 00 00000001 00 57010203"), *type, {}, json),
      "Kryo<com.acme.Order>");
  EXPECT_EQ(json, R"("0x000000020201010200000000010057010203")");
  json.clear();
  EXPECT_EQ(append_framed_json(test::from_hex("00000001 02 01 01"), *type, {}, json), std::nullopt);
  EXPECT_EQ(json, R"([{"a":null,"b":null}])");
}

TEST(FramedValues, damage_names_the_type_of_the_value) {
  std::string json;
  EXPECT_EQ(append_framed_json(test::from_hex("0000"), *make_type(TypeKind::kList, {kInt}), {}, json),
            "List<Integer>");
  EXPECT_EQ(json, R"("0x0000")");
}

}  // namespace
}  // namespace checkpointfs::state
