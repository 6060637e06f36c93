// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_value.h"

#include <string>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

using Kind = JsonValue::Kind;

JsonValue parsed(std::string_view text) {
  const base::Result<JsonValue> result = parse_json(text);
  if (result.has_value()) return *result;
  ADD_FAILURE() << text << ": " << to_string(result.error());
  return {};
}

TEST(JsonValue, parts_are_where_the_text_has_them) {
  const JsonValue value = parsed(R"( { "a" : [ 1 , -2.50e+7, "x" ] ,"b":{}, "c":null,"d":true,"e":false} )");
  ASSERT_EQ(value.kind, Kind::kObject);
  ASSERT_EQ(value.members.size(), 5U);
  const JsonValue* const a = value.member("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->offset, 9U);
  ASSERT_EQ(a->elements.size(), 3U);
  EXPECT_EQ(a->elements[1].number, "-2.50e+7");
  EXPECT_EQ(a->elements[2].units, u"x");
  EXPECT_EQ(value.member("b")->kind, Kind::kObject);
  EXPECT_EQ(value.member("c")->kind, Kind::kNull);
  EXPECT_EQ(value.member("d")->kind, Kind::kTrue);
  EXPECT_EQ(value.member("e")->kind, Kind::kFalse);
  EXPECT_EQ(value.member("f"), nullptr);
}

TEST(JsonValue, strings_are_utf16_units) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\té€😀")").units, u"\"\\/\b\f\n\r\té€😀");
  const std::u16string lone = {0xD83D, u'x', 0xDCFF};
  EXPECT_EQ(parsed(R"("\ud83Dx\udcff")").units, lone);
  EXPECT_FALSE(bytes_of_units(lone));
  EXPECT_EQ(bytes_of_units(lone.substr(1)), "x\xFF");
}

TEST(JsonValue, other_texts_are_refused) {
  for (const char* text :
       {"",           " ",         "nul",  "truefalse", "1 2",       "01",          "1.",
        ".5",         "-",         "+1",   "1e",        "1e+",       "0x1",         "[",
        "[1",         "[1,]",      "[,1]", "{",         "{\"a\"}",   "{\"a\":}",    "{a:1}",
        "{\"a\":1,}", "{\"a\" 1}", "\"",   "\"\\x\"",   "\"\\u12\"", "\"\\u12g4\"", "\"\n\"",
        "\"\xFF\"",   "'a'",       "NaN",  "[1}",       "//"}) {
    const base::Result<JsonValue> result = parse_json(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_LE(result.error().offset, std::string_view(text).size());
    EXPECT_FALSE(result.error().reason.empty());
  }
}

TEST(JsonValue, arrays_nest_up_to_a_limit) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(64)).has_value());
  EXPECT_FALSE(parse_json(nested(66)).has_value());
  EXPECT_FALSE(parse_json(nested(1000000)).has_value());
}

}  // namespace
}  // namespace checkpointfs::state
