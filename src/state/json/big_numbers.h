// SPDX-License-Identifier: Apache-2.0
// Java's BigInteger and BigDecimal as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::state {

// Appends the decimal digits of a big-endian two's complement. Numbers of more than 1024 bytes, which take
// quadratic time, become "0x" and the bytes.
void append_big_integer(std::string_view bytes, std::string& out);

// Makes a decimal out of the unscaled digits that `out` ends with, from `start` on: unscaled * 10^-scale. The
// digits get a point if 0 < scale <= 100, else "E" and the exponent, so that the text tells the scale.
void scale_digits(size_t start, int32_t scale, std::string& out);

// The shortest two's complement of decimal digits, after "-" perhaps; at most 1024 bytes. Nothing if `digits`
// has other characters.
std::optional<std::string> big_integer_from(std::string_view digits);

struct BigDecimal {
  std::string unscaled;  // two's complement
  int32_t scale = 0;
};
// Reads what scale_digits() writes.
std::optional<BigDecimal> big_decimal_from(std::string_view text);

}  // namespace checkpointfs::state
