// SPDX-License-Identifier: Apache-2.0
#include "base/text/json_escapes.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

TEST(JsonEscapes, leave_what_is_plain) {
  for (const char* plain :
       {"{\n  \"a\": [1, \"r\xC3\xA9 \xF0\x9F\x98\x80\"]\n}\n", "\"\\n\\u0001\\\"\\\\\"", ""})
    EXPECT_EQ(with_json_escapes(plain), plain);
}

TEST(JsonEscapes, are_there_for_what_steers_a_terminal_or_reorders_text) {
  EXPECT_EQ(with_json_escapes("\"\x7F\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F\""),
            "\"\\u007f\\u009b\\u202e\\u2066\\u200f\"");
}

TEST(JsonEscapes, tell_bytes_that_are_no_utf8_from_text_that_looks_like_them) {
  EXPECT_EQ(with_json_escapes("\"a\xFF\""), "\"a\\\\xff\"");
  EXPECT_EQ(with_json_escapes("\"a\\\\xff\""), "\"a\\\\x5cxff\"");
  EXPECT_EQ(with_json_escapes("\"a\\\\xyz\\\\\""), "\"a\\\\xyz\\\\\"");
  EXPECT_EQ(with_json_escapes("\"\xED\xA0\x80\""), "\"\\\\xed\\\\xa0\\\\x80\"");
}

// All names of up to four characters out of those that the escapes are made of, and of some that need
// escapes.
TEST(JsonEscapes, can_be_taken_back) {
  const std::string_view alphabet("\\x5cC\xFF\x85\n\0", 9);
  for (size_t code = 0; code < 9 * 9 * 9 * 9 * 9; ++code) {
    std::string bytes;
    for (size_t rest = code; rest > 0; rest /= 9) bytes += alphabet[rest % 9];
    const std::string json = with_json_escapes(boost::json::serialize(boost::json::string(bytes)));
    ASSERT_EQ(without_byte_escapes(boost::json::parse(json).as_string()), bytes) << json;
  }
}

}  // namespace
}  // namespace checkpointfs::base
