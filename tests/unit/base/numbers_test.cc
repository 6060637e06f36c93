// SPDX-License-Identifier: Apache-2.0
#include "base/text/numbers.h"

#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/text/hex.h"

namespace checkpointfs::base {
namespace {

using namespace std::string_literals;

TEST(Numbers, are_the_whole_text) {
  EXPECT_EQ(parse_number<int>("-12"), -12);
  EXPECT_EQ(parse_number<uint64_t>("18446744073709551615"), 18446744073709551615ULL);
  EXPECT_EQ(parse_number<double>("0.25"), 0.25);
  for (const char* const text : {"", " 1", "1 ", "+1", "0x1", "1a", "-", "1.0"}) {
    EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
  }
}

TEST(Numbers, fit_their_type) {
  EXPECT_EQ(parse_number<uint16_t>("65535"), 65535);
  EXPECT_EQ(parse_number<uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_number<uint32_t>("-1"), std::nullopt);
}

TEST(HexDigits, are_two_for_each_byte_and_lead_back) {
  const std::string bytes = "\x00\x7F\xA0\xFF"s;
  EXPECT_EQ(hex_digits(bytes), "007fa0ff");
  EXPECT_EQ(bytes_from_hex("007fa0ff"), bytes);
  EXPECT_EQ(bytes_from_hex("007FA0Ff"), bytes);
  EXPECT_EQ(bytes_from_hex(""), "");
}

TEST(HexDigits, that_are_something_else_are_nothing) {
  for (const char* const digits : {"0", "0g", "g0", "0x", " 0", "000", "-1"}) {
    EXPECT_EQ(bytes_from_hex(digits), std::nullopt) << digits;
  }
}

}  // namespace
}  // namespace checkpointfs::base
