// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_text.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/json/json_value.h"

namespace checkpointfs::state {
namespace {

using namespace std::string_literals;

std::string json_of_units(std::u16string_view units) {
  std::string out;
  JsonString string(out);
  for (const char16_t unit : units) string.unit(unit);
  string.end();
  return out;
}

std::string json_of_text(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

template <typename Number>
std::string real(Number number) {
  std::string out;
  append_real(number, out);
  return out;
}

TEST(JsonText, quotes_and_control_characters_are_escaped) {
  EXPECT_EQ(json_of_units(u"a\"\\/\b\f\n\r\t"), R"("a\"\\/\b\f\n\r\t")");
  EXPECT_EQ(json_of_units(u"\u0001\u001f\u007f"), R"("\u0001\u001f\u007f")");
  EXPECT_EQ(json_of_units(std::u16string(1, u'\0')), R"("\u0000")");
}

TEST(JsonText, characters_that_reorder_text_or_break_lines_are_escaped) {
  EXPECT_EQ(json_of_units(u"\u0085\u202e\u2028\u2066\u061c"), R"("\u0085\u202e\u2028\u2066\u061c")");
  EXPECT_EQ(json_of_text("\xC2\x85\xE2\x80\xAE"), R"("\u0085\u202e")");
}

TEST(JsonText, other_characters_are_utf8) {
  EXPECT_EQ(json_of_units(u"\u00a0é€\uffff"), "\"\u00a0é€\uffff\"");
  EXPECT_EQ(json_of_units(u"😀\U0010ffff"), "\"😀\U0010ffff\"");
}

TEST(JsonText, a_surrogate_without_its_other_half_is_escaped) {
  const auto units = [](std::vector<char16_t> list) { return std::u16string(list.begin(), list.end()); };
  EXPECT_EQ(json_of_units(units({0xD83D})), R"("\ud83d")");
  EXPECT_EQ(json_of_units(units({0xDE00, u'a'})), R"("\ude00a")");
  EXPECT_EQ(json_of_units(units({0xD83D, 0xD83D, 0xDE00})), "\"\\ud83d😀\"");
  std::string out;
  JsonString string(out);
  string.unit(0xD83D);
  string.ascii("x");
  string.end();
  EXPECT_EQ(out, R"("\ud83dx")");
}

TEST(JsonText, bytes_that_are_no_utf8_can_be_told_again) {
  EXPECT_EQ(json_of_text("a\xFF\xC3z"), R"("a\udcff\udcc3z")");
  EXPECT_EQ(json_of_text("\xED\xA0\x80"), R"("\udced\udca0\udc80")");
  EXPECT_EQ(json_of_text("\xC0\x80"), R"("\udcc0\udc80")");
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (size_t n = random() % 20; n > 0; --n)
      text += static_cast<char>(random() % 4 == 0 ? 0x80 + random() % 128 : random() % 128);
    const base::Result<JsonValue> parsed = parse_json(json_of_text(text));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(bytes_of_units(parsed->units), text);
  }
}

TEST(JsonText, units_are_parsed_as_they_were) {
  std::mt19937 random(2);
  for (int i = 0; i < 2000; ++i) {
    std::u16string units;
    for (size_t n = random() % 20; n > 0; --n) {
      units += static_cast<char16_t>(random() % 3 == 0 ? 0xD700 + random() % 0x900 : random() % 0x3000);
    }
    const base::Result<JsonValue> parsed = parse_json(json_of_units(units));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->units, units);
  }
}

TEST(JsonText, reals_have_the_shortest_form_that_is_the_same_number) {
  EXPECT_EQ(real(0.1F), "0.1");
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(1.0), "1");
  EXPECT_EQ(real(-0.0), "-0");
  EXPECT_EQ(real(5e-324), "5e-324");
  EXPECT_EQ(real(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(real(std::numeric_limits<float>::infinity()), "\"Infinity\"");
  EXPECT_EQ(real(-std::numeric_limits<double>::infinity()), "\"-Infinity\"");
  EXPECT_EQ(real(std::nan("")), "\"NaN\"");
  std::mt19937_64 random(3);
  for (int i = 0; i < 10000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (std::isfinite(number)) {
      EXPECT_EQ(std::strtod(real(number).c_str(), nullptr), number);
    }
    const auto small = std::bit_cast<float>(static_cast<uint32_t>(random()));
    if (std::isfinite(small)) {
      EXPECT_EQ(std::strtof(real(small).c_str(), nullptr), small);
    }
  }
}

TEST(JsonText, bytes_are_hexadecimal_digits) {
  std::string out = "before ";
  append_hex("\x00\x7F\xFF"s, out);
  EXPECT_EQ(out, "before 0x007fff");
}

}  // namespace
}  // namespace checkpointfs::state
