// SPDX-License-Identifier: Apache-2.0
#include "state/json/big_numbers.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/state/values/reading.h"

namespace checkpointfs::state {
namespace {

std::string digits_of(std::string_view hex) {
  std::string out;
  append_big_integer(test::from_hex(hex), out);
  return out;
}

std::string scaled(std::string digits, int32_t scale) {
  digits.insert(0, "before ");
  scale_digits(7, scale, digits);
  return digits.substr(7);
}

TEST(BigNumbers, twos_complements_become_digits) {
  EXPECT_EQ(digits_of("00"), "0");
  EXPECT_EQ(digits_of("FF"), "-1");
  EXPECT_EQ(digits_of("80"), "-128");
  EXPECT_EQ(digits_of("7FFFFFFFFFFFFFFF"), "9223372036854775807");
  EXPECT_EQ(digits_of("008000000000000000"), "9223372036854775808");
  EXPECT_EQ(digits_of("800000000000000000"), "-2361183241434822606848");
  EXPECT_EQ(digits_of("0DE0B6B3A764000000"), "256000000000000000000");
  EXPECT_EQ(digits_of("000000000000000000000000"), "0");
  EXPECT_EQ(digits_of("FFFFFFFFFFFFFFFFFFFFFFFF"), "-1");
}

TEST(BigNumbers, digits_become_the_same_bytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes;
    for (size_t n = 1 + random() % (i % 50 == 0 ? 1024 : 40); n > 0; --n)
      bytes += static_cast<char>(random());
    std::string digits;
    append_big_integer(bytes, digits);
    const std::optional<std::string> again = big_integer_from(digits);
    ASSERT_TRUE(again) << digits;
    // The shortest form lacks bytes that repeat the sign.
    ASSERT_LE(again->size(), bytes.size());
    EXPECT_EQ(bytes.substr(bytes.size() - again->size()), *again);
    std::string digits_again;
    append_big_integer(*again, digits_again);
    EXPECT_EQ(digits_again, digits);
  }
}

TEST(BigNumbers, other_texts_are_no_integers) {
  for (const char* text : {"", "-", "+1", "1 ", "0x10", "1.0", "--1"})
    EXPECT_FALSE(big_integer_from(text)) << text;
  EXPECT_FALSE(big_integer_from(std::string(3000, '1')));
}

TEST(BigNumbers, a_scale_moves_the_point) {
  EXPECT_EQ(scaled("150", 2), "1.50");
  EXPECT_EQ(scaled("-150", 2), "-1.50");
  EXPECT_EQ(scaled("5", 1), "0.5");
  EXPECT_EQ(scaled("-5", 3), "-0.005");
  EXPECT_EQ(scaled("0", 2), "0.00");
  EXPECT_EQ(scaled("12", 0), "12");
  EXPECT_EQ(scaled("1", 100), "0." + std::string(99, '0') + "1");
}

TEST(BigNumbers, scales_that_would_write_many_zeros_are_exponents) {
  EXPECT_EQ(scaled("12", -2), "12E2");
  EXPECT_EQ(scaled("12", 101), "12E-101");
  EXPECT_EQ(scaled("12", INT32_MIN), "12E2147483648");
  EXPECT_EQ(scaled("12", INT32_MAX), "12E-2147483647");
}

TEST(BigNumbers, decimals_are_read_as_they_are_written) {
  for (const int32_t scale : {0, 1, 2, 7, 100, 101, -1, INT32_MIN, INT32_MAX}) {
    for (const std::string digits : {"0", "1", "-1", "150", "-98765432109876543210"}) {
      const std::optional<BigDecimal> decimal = big_decimal_from(scaled(digits, scale));
      ASSERT_TRUE(decimal) << scaled(digits, scale);
      EXPECT_EQ(decimal->scale, scale);
      EXPECT_EQ(decimal->unscaled, big_integer_from(digits));
    }
  }
  for (const char* text : {"", ".", "1.2.3", "1E", "1E99999999999", "E5", "1,5", "1E2147483649"}) {
    EXPECT_FALSE(big_decimal_from(text)) << text;
  }
}

}  // namespace
}  // namespace checkpointfs::state
