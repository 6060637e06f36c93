// SPDX-License-Identifier: Apache-2.0
#include "base/text/json_escapes.h"

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

}  // namespace
}  // namespace checkpointfs::base
