// SPDX-License-Identifier: Apache-2.0
#include "base/byte_cursor.h"

#include <string>

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

using namespace std::string_view_literals;

TEST(ByteCursor, numbers_are_read_big_endian_and_signed) {
  ByteCursor in("\xFE\x80\x7F\xFF\xFF\xFE\x80\x00\x00\x00\x00\x00\x00\x01"sv);
  EXPECT_EQ(in.u8("a"), 0xFE);
  EXPECT_EQ(in.i8("b"), -128);
  EXPECT_EQ(in.i32("c"), 0x7FFFFFFE);
  EXPECT_EQ(in.i64("d"), INT64_MIN + 1);
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

TEST(ByteCursor, utf_returns_its_bytes_when_all_are_there) {
  ByteCursor in(
      "\x00\x03"
      "abc\x00\x00"sv);
  EXPECT_EQ(in.utf("a"), "abc");
  EXPECT_EQ(in.utf("b"), "");
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

TEST(ByteCursor, utf_fails_at_its_length_when_bytes_are_missing) {
  ByteCursor in(
      "\x00\x04"
      "abc"sv);
  EXPECT_EQ(in.utf("name"), "");
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.error().offset, 0u);
  EXPECT_EQ(in.error().field, "name");
  EXPECT_TRUE(in.error().truncated);
}

TEST(ByteCursor, block_refuses_negative_lengths) {
  ByteCursor in(
      "\xFF\xFF\xFF\xFF"
      "abc"sv);
  EXPECT_EQ(in.block("data"), "");
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(to_string(in.error()), "offset 0, data: negative length -1");
  EXPECT_FALSE(in.error().truncated);
}

TEST(ByteCursor, count_is_bounded_by_what_remains) {
  const std::string_view input =
      "\x00\x00\x00\x03"
      "123456"sv;
  ByteCursor fits(input);
  EXPECT_EQ(fits.count(2, "n"), 3u);
  EXPECT_TRUE(fits.ok());

  ByteCursor exceeds(input);
  EXPECT_EQ(exceeds.count(3, "n"), 0u);
  ASSERT_FALSE(exceeds.ok());
  EXPECT_TRUE(exceeds.error().truncated);

  ByteCursor negative("\x80\x00\x00\x00"sv);
  EXPECT_EQ(negative.count(1, "n"), 0u);
  ASSERT_FALSE(negative.ok());
  EXPECT_FALSE(negative.error().truncated);
}

TEST(ByteCursor, count_does_not_overflow_when_items_are_large) {
  ByteCursor in("\x7F\xFF\xFF\xFF"sv);
  EXPECT_EQ(in.count(uint64_t{1} << 32, "n"), 0u);
  EXPECT_FALSE(in.ok());
}

TEST(ByteCursor, first_error_sticks_and_nothing_moves_after_it) {
  ByteCursor in("\x01\x02\x03"sv);
  EXPECT_EQ(in.i32("first"), 0);
  EXPECT_EQ(in.u8("second"), 0);
  EXPECT_EQ(in.i64("third"), 0);
  EXPECT_EQ(in.bytes(1, "fourth"), "");
  EXPECT_EQ(in.count(1, "fifth"), 0u);
  in.fail("sixth", "something else");
  EXPECT_EQ(in.offset(), 0u);
  EXPECT_EQ(in.error().field, "first");
  EXPECT_EQ(in.error().reason, "needs 4 bytes, 3 are left");
}

TEST(ByteCursor, empty_input_is_at_its_end_and_truncated) {
  ByteCursor in(""sv);
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(in.bytes(0, "nothing"), "");
  EXPECT_TRUE(in.ok());
  in.u8("byte");
  EXPECT_TRUE(in.error().truncated);
}

}  // namespace
}  // namespace checkpointfs::base
