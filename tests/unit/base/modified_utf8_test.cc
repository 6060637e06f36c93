// SPDX-License-Identifier: Apache-2.0
#include "base/text/modified_utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

using namespace std::string_literals;

TEST(ModifiedUtf8, round_trips_what_utf8_can_say) {
  const struct {
    std::string utf8;
    std::string modified;
  } kCases[] = {
      {"", ""},
      {"plain-name_1.sst", "plain-name_1.sst"},
      {"a\0b"s,
       "a\xC0\x80"
       "b"},
      {"\xC3\xA9", "\xC3\xA9"},                            // U+00E9
      {"\xE2\x82\xAC", "\xE2\x82\xAC"},                    // U+20AC
      {"\xEF\xBF\xBF", "\xEF\xBF\xBF"},                    // U+FFFF
      {"\xF0\x90\x80\x80", "\xED\xA0\x80\xED\xB0\x80"},    // U+10000
      {"x\xF0\x9F\x98\x80", "x\xED\xA0\xBD\xED\xB8\x80"},  // U+1F600
      {"\xF4\x8F\xBF\xBF", "\xED\xAF\xBF\xED\xBF\xBF"},    // U+10FFFF
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(modified_from_utf8(c.utf8), c.modified);
    EXPECT_EQ(utf8_from_modified(c.modified), c.utf8);
  }
}

TEST(ModifiedUtf8, every_code_point_round_trips) {
  for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x11000 ? 1 : 257) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string utf8;
    const auto put = [&utf8](uint32_t byte) { utf8.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
    }
    const auto modified = modified_from_utf8(utf8);
    ASSERT_TRUE(modified) << c;
    ASSERT_EQ(utf8_from_modified(*modified), utf8) << c;
  }
}

TEST(ModifiedUtf8, lone_surrogates_are_nothing_in_both_directions) {
  for (const std::string text : {"\xED\xA0\x80", "\xED\xB0\x80", "\xED\xA0\x80x", "\xED\xA0\x80\xED\xA0\x80",
                                 "\xED\xB0\x80\xED\xA0\x80", "a\xED\xAF\xBF"}) {
    EXPECT_FALSE(utf8_from_modified(text));
    EXPECT_FALSE(modified_from_utf8(text));
  }
}

TEST(ModifiedUtf8, malformed_sequences_are_nothing) {
  for (const std::string text :
       {"\x80", "\xC3", "\xC3(", "\xE2\x82", "\xE2(\xAC", "\xFF", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(utf8_from_modified(text));
    EXPECT_FALSE(modified_from_utf8(text));
  }
}

TEST(ModifiedUtf8, names_that_are_something_else_stay_as_they_are) {
  EXPECT_EQ(utf8_or_as_written("a\xC0\x80z"), "a\0z"s);
  EXPECT_EQ(utf8_or_as_written("a\xED\xA0\x80"), "a\xED\xA0\x80");
}

TEST(ModifiedUtf8, four_byte_sequences_are_utf8_only) {
  EXPECT_FALSE(utf8_from_modified("\xF0\x9F\x98\x80"));
}

TEST(ModifiedUtf8, longer_forms_and_values_beyond_unicode_are_no_utf8) {
  for (const std::string text :
       {"\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80"}) {
    EXPECT_FALSE(modified_from_utf8(text));
  }
}

TEST(ModifiedUtf8, encoding_is_nothing_when_it_exceeds_what_a_utf_holds) {
  EXPECT_TRUE(modified_from_utf8(std::string(65535, 'a')));
  EXPECT_FALSE(modified_from_utf8(std::string(65536, 'a')));
  EXPECT_FALSE(modified_from_utf8(std::string(32768, '\0')));  // two bytes each
}

}  // namespace
}  // namespace checkpointfs::base
