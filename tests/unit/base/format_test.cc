// SPDX-License-Identifier: Apache-2.0
#include "base/text/format.h"

#include <gtest/gtest.h>

namespace checkpointfs::base {
namespace {

TEST(HumanBytes, uses_the_unit_that_keeps_the_number_short) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1.0 KiB");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes((uint64_t{1} << 20) - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(uint64_t{2469606195}), "2.3 GiB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "16.0 EiB");
}

TEST(Counted, adds_an_s_unless_there_is_one) {
  EXPECT_EQ(counted(0, "file"), "0 files");
  EXPECT_EQ(counted(1, "file"), "1 file");
  EXPECT_EQ(counted(2, "file"), "2 files");
}

TEST(IsoTime, is_utc_and_rounds_down) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_time(1'000'000'000'999'999'999), "2001-09-09T01:46:40Z");
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(iso_time(-1'000'000'000), "1969-12-31T23:59:59Z");
}

TEST(IsoTime, survives_the_ends_of_the_range) {
  EXPECT_EQ(iso_time(INT64_MAX), "2262-04-11T23:47:16Z");
  EXPECT_EQ(iso_time(INT64_MIN), "1677-09-21T00:12:43Z");
}

TEST(Printable, leaves_text_and_escapes_what_steers_a_terminal) {
  EXPECT_EQ(printable("plain \xC3\xA9 \xE2\x82\xAC"), "plain \xC3\xA9 \xE2\x82\xAC");
  EXPECT_EQ(printable("\x1B[2J\n\x7F"), "\\x1b[2J\\x0a\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, escapes_the_second_set_of_control_characters) {
  // U+009B is CSI on terminals that know eight-bit controls.
  const std::string text = printable(
      "\xC2\x9B"
      "2J");
  EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos) << text;
}

TEST(Printable, escapes_what_reorders_a_line_or_breaks_it) {
  // U+202E, U+2066, U+200F, U+061C, U+2028.
  EXPECT_EQ(printable("a\xE2\x80\xAEz"), "a\\xe2\\x80\\xaez");
  for (const char* hidden : {"\xE2\x81\xA6", "\xE2\x80\x8F", "\xD8\x9C", "\xE2\x80\xA8"})
    EXPECT_TRUE(printable(hidden).starts_with('\\')) << printable(hidden);
  EXPECT_EQ(printable("\xE2\x80\x94 \xD8\xA7"), "\xE2\x80\x94 \xD8\xA7") << "a dash, an alef";
}

TEST(Printable, escapes_bytes_that_are_no_utf8) {
  EXPECT_EQ(printable("a\xFF"), "a\\xff");
  EXPECT_EQ(printable("\x9B"), "\\x9b");  // a lone control byte, as old terminals take it
}

}  // namespace
}  // namespace checkpointfs::base
