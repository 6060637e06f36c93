// SPDX-License-Identifier: Apache-2.0
#include "state/encode/encode.h"

#include <string>

#include <gtest/gtest.h>

#include "state/types/logical_type.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::hex_string;
using test::make_type;

const TypePtr kInt = make_type(TypeKind::kInt);
const TypePtr kString = make_type(TypeKind::kString);

// The bytes as hex, or the error.
std::string encoded(std::string_view json, const TypePtr& type) {
  const base::Result<std::string> bytes = value_from_json(json, *type);
  return bytes.has_value() ? hex_string(*bytes) : to_string(bytes.error());
}

std::string hex(std::string_view digits) {
  return hex_string(test::from_hex(digits));
}

TEST(ValueFromJson, numbers_that_do_not_fit_are_refused) {
  EXPECT_EQ(encoded("-128", make_type(TypeKind::kByte)), hex("80"));
  EXPECT_EQ(encoded("128", make_type(TypeKind::kByte)),
            "offset 0, Byte: expected an integer from -128 to 127");
  EXPECT_EQ(encoded("1.5", kInt), "offset 0, Integer: expected an integer from -2147483648 to 2147483647");
  EXPECT_EQ(encoded("9223372036854775808", make_type(TypeKind::kLong)),
            "offset 0, Long: expected an integer from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(encoded("true", kInt), "offset 0, Integer: expected an integer from -2147483648 to 2147483647");
}

TEST(ValueFromJson, numbers_may_be_strings_as_the_style_prints_them) {
  EXPECT_EQ(encoded("\"-5\"", make_type(TypeKind::kLong)), hex("FFFFFFFFFFFFFFFB"));
  EXPECT_EQ(encoded("\"-5 \"", make_type(TypeKind::kLong)).substr(0, 8), "offset 0");
}

TEST(ValueFromJson, text_that_is_no_json_is_refused_where_it_breaks) {
  EXPECT_EQ(encoded("[1,", make_type(TypeKind::kList, {kInt})), "offset 3, JSON: no value begins like this");
  EXPECT_EQ(encoded("user-1", kString), "offset 0, JSON: no value begins like this");
}

TEST(ValueFromJson, an_error_tells_its_place) {
  const TypePtr type = make_type(TypeKind::kTuple, {kString, test::pojo({{"a", kInt}})});
  EXPECT_EQ(encoded(R"(["x",{"a":"y"}])", type),
            "offset 10, Integer: expected an integer from -2147483648 to 2147483647");
  EXPECT_EQ(encoded(R"(["x"])", type).substr(0, 9), "offset 0,");
}

TEST(ValueFromJson, fields_of_a_pojo_may_have_any_order_and_be_left_out) {
  const TypePtr type = test::pojo({{"a", kInt}, {"b", kString}});
  EXPECT_EQ(encoded(R"({"b":"x","a":7})", type), hex("02 00 00000007 00 0278"));
  EXPECT_EQ(encoded(R"({"b":"x"})", type), hex("02 01 00 0278"));
  EXPECT_EQ(encoded(R"({"c":1})", type), "offset 5, : expected no field c");
  EXPECT_EQ(encoded("null", type), hex("01"));
}

TEST(ValueFromJson, a_subclass_is_written_by_its_name_or_its_tag) {
  const TypePtr type = test::changed(test::pojo({}), [](Type& changed) {
    changed.subclasses = {{"com.acme.Met", make_type(TypeKind::kLong), false},
                          {"com.acme.First", test::pojo({}), true},
                          {"com.acme.Tagged", test::pojo({{"a", kInt}}), true}};
  });
  EXPECT_EQ(encoded(R"({"$class":"com.acme.Tagged","a":7})", type), hex("08 01 02 00 00000007"));
  EXPECT_EQ(encoded(R"({"$class":"com.acme.Met","$value":5})", type),
            hex_string(Bytes().u8(4).utf("com.acme.Met").i64(5).str()));
  EXPECT_EQ(encoded(R"({"$class":"com.acme.Other"})", type).find("the name of a known subclass") ==
                std::string::npos,
            false);
}

TEST(ValueFromJson, rows_have_a_kind_if_they_are_no_insertion) {
  TypePtr row = make_type(TypeKind::kRow, {kInt, kInt});
  EXPECT_EQ(encoded("[null,1]", row), hex("80 00000001"));
  row = test::changed(row, [](Type& type) { type.flag = true; });
  EXPECT_EQ(encoded("[null,1]", row), hex("20 00000001"));
  EXPECT_EQ(encoded(R"({"$kind":"-U","fields":[1,null]})", row), hex("90 00000001"));
  EXPECT_EQ(encoded(R"({"$kind":"x","fields":[1,null]})", row).substr(0, 10), "offset 9, ");
}

TEST(ValueFromJson, maps_may_be_objects_or_pairs) {
  const TypePtr map = make_type(TypeKind::kMap, {kString, kInt});
  EXPECT_EQ(encoded(R"({"a":1})", map), hex("00000001 0261 00 00000001"));
  EXPECT_EQ(encoded(R"([["a",1]])", map), hex("00000001 0261 00 00000001"));
  EXPECT_EQ(encoded(R"([[null,null]])", map), hex("00000001 00 01"));
  EXPECT_EQ(encoded(R"([["a"]])", map).substr(0, 10), "offset 1, ");
  EXPECT_EQ(encoded(R"(5)", map).substr(0, 10), "offset 0, ");
}

TEST(ValueFromJson, a_union_of_avro_takes_the_branch_that_fits) {
  const TypePtr type = test::avro_type(
      R"(["null","string",{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}])");
  EXPECT_EQ(encoded("null", type), hex("00000000"));
  EXPECT_EQ(encoded(R"("x")", type), hex("00000001 00000001 78"));
  EXPECT_EQ(encoded(R"({"a":5})", type), hex("00000002 00000005"));
  EXPECT_EQ(encoded("5", type), "offset 0, Avro union: expected a value of one of its branches");
  EXPECT_EQ(encoded("5", test::avro_type(R"(["int","long"])")),
            "offset 0, Avro union: expected a value that only one branch has");
}

TEST(ValueFromJson, collections_of_avro_have_one_block) {
  EXPECT_EQ(encoded("[1,2]", test::avro_type(R"({"type":"array","items":"int"})")),
            hex("02 00000001 00000002 00"));
  EXPECT_EQ(encoded("[]", test::avro_type(R"({"type":"array","items":"int"})")), hex("00"));
  EXPECT_EQ(encoded(R"({"k":true})", test::avro_type(R"({"type":"map","values":"boolean"})")),
            hex("01 00000001 6B 01 00"));
}

TEST(ValueFromJson, alternatives_have_one_member) {
  const TypePtr either = make_type(TypeKind::kEither, {kInt, kString});
  EXPECT_EQ(encoded(R"({"right":"a"})", either), hex("00 0261"));
  EXPECT_EQ(encoded(R"({"left":1})", either), hex("01 00000001"));
  for (const char* json : {"{}", R"({"left":1,"right":"a"})", R"({"middle":1})", "1"}) {
    EXPECT_NE(encoded(json, either).find(R"(expected {"left":...} or {"right":...})"), std::string::npos)
        << json;
  }
}

TEST(ValueFromJson, a_decimal_of_sql_has_the_digits_of_its_type) {
  const TypePtr type = test::changed(make_type(TypeKind::kDecimalData), [](Type& changed) {
    changed.size = 10;
    changed.scale = 2;
  });
  EXPECT_EQ(encoded("\"12.50\"", type), hex("00000000000004E2"));
  EXPECT_EQ(encoded("-0.01", type), hex("FFFFFFFFFFFFFFFF"));
  EXPECT_NE(encoded("\"12.5\"", type).find("as many digits behind the point"), std::string::npos);
}

TEST(ValueFromJson, times_that_milliseconds_cannot_hold_are_refused) {
  const TypePtr date = make_type(TypeKind::kDate);
  EXPECT_EQ(encoded("\"1969-12-31T23:59:59.999Z\"", date), hex("FFFFFFFFFFFFFFFF"));
  for (const char* json :
       {"\"2024-01-01T00:00:00.0001Z\"", "\"2024-01-01T00:00:00\"", "\"+999999999-01-01T00:00:00Z\"", "1"}) {
    EXPECT_NE(encoded(json, date).find("expected \"2024-01-31T12:34:56Z\""), std::string::npos) << json;
  }
}

}  // namespace
}  // namespace checkpointfs::state
