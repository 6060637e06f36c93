// SPDX-License-Identifier: Apache-2.0
#include "state/json/big_numbers.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/text/numbers.h"
#include "state/json/json_text.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kMaxBytes = 1024;
constexpr size_t kMaxDigits = 2466;  // of 2^8191
constexpr int32_t kMaxScaleWithPoint = 100;
constexpr uint32_t kChunk = 1000000000;  // nine digits
constexpr size_t kChunkDigits = 9;

// Base 2^32, the lowest first.
using Magnitude = std::vector<uint32_t>;

bool is_negative(std::string_view bytes) {
  return !bytes.empty() && static_cast<unsigned char>(bytes.front()) >= 0x80;
}

uint64_t small_number(std::string_view bytes) {
  uint64_t number = is_negative(bytes) ? ~uint64_t{0} : 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

Magnitude magnitude_of(std::string_view bytes) {
  const bool negative = is_negative(bytes);
  Magnitude words((bytes.size() + 3) / 4, negative ? ~uint32_t{0} : 0);
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto shift = static_cast<uint32_t>(8 * (i % 4));
    const auto byte = static_cast<uint32_t>(static_cast<unsigned char>(bytes[bytes.size() - 1 - i]));
    words[i / 4] = (words[i / 4] & ~(0xFFU << shift)) | byte << shift;
  }
  if (negative) {
    uint64_t carry = 1;
    for (uint32_t& word : words) {
      carry += static_cast<uint32_t>(~word);
      word = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }
  return words;
}

// words /= kChunk; returns the remainder.
uint32_t divide(Magnitude& words) {
  uint64_t remainder = 0;
  for (size_t i = words.size(); i-- > 0;) {
    remainder = remainder << 32 | words[i];
    words[i] = static_cast<uint32_t>(remainder / kChunk);
    remainder %= kChunk;
  }
  while (!words.empty() && words.back() == 0) words.pop_back();
  return static_cast<uint32_t>(remainder);
}

// words = words * factor + summand.
void multiply(Magnitude& words, uint32_t factor, uint32_t summand) {
  uint64_t carry = summand;
  for (uint32_t& word : words) {
    carry += uint64_t{word} * factor;
    word = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  if (carry != 0) words.push_back(static_cast<uint32_t>(carry));
}

std::string twos_complement(const Magnitude& words, bool negative) {
  std::string bytes(1, '\0');  // room for the sign
  for (size_t i = words.size(); i-- > 0;) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(words[i] >> shift & 0xFF);
  }
  if (negative) {
    uint32_t carry = 1;
    for (size_t i = bytes.size(); i-- > 0;) {
      carry += static_cast<unsigned char>(~bytes[i]);
      bytes[i] = static_cast<char>(carry & 0xFF);
      carry >>= 8;
    }
  }
  size_t extra = 0;
  while (extra + 1 < bytes.size() &&
         bytes[extra] == (is_negative(std::string_view(bytes).substr(extra + 1)) ? '\xFF' : '\0')) {
    ++extra;
  }
  return bytes.substr(extra);
}

bool are_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void append_big_integer(std::string_view bytes, std::string& out) {
  if (bytes.size() <= sizeof(int64_t)) return append_integer(static_cast<int64_t>(small_number(bytes)), out);
  if (bytes.size() > kMaxBytes) return append_hex(bytes, out);
  Magnitude words = magnitude_of(bytes);
  std::string reversed;
  while (!words.empty()) {
    uint32_t chunk = divide(words);
    for (size_t i = 0; i < kChunkDigits; ++i, chunk /= 10) reversed += static_cast<char>('0' + chunk % 10);
  }
  while (reversed.size() > 1 && reversed.back() == '0') reversed.pop_back();
  if (is_negative(bytes)) reversed += '-';
  out.append(reversed.rbegin(), reversed.rend());
}

void scale_digits(size_t start, int32_t scale, std::string& out) {
  const bool hex = out.compare(start, 2, "0x") == 0;
  if (scale == 0) return;
  if (scale < 0 || scale > kMaxScaleWithPoint || hex) {
    out += 'E';
    return append_integer(-int64_t{scale}, out);
  }
  if (out.compare(start, 1, "-") == 0) ++start;
  const auto fraction = static_cast<size_t>(scale);
  const size_t digits = out.size() - start;
  if (digits <= fraction) out.insert(start, fraction + 1 - digits, '0');
  out.insert(out.size() - fraction, 1, '.');
}

std::optional<std::string> big_integer_from(std::string_view digits) {
  const bool negative = !digits.empty() && digits.front() == '-';
  if (negative) digits.remove_prefix(1);
  if (!are_digits(digits) || digits.size() > kMaxDigits) return std::nullopt;
  Magnitude words;
  for (const char digit : digits) multiply(words, 10, static_cast<uint32_t>(digit - '0'));
  return twos_complement(words, negative);
}

std::optional<BigDecimal> big_decimal_from(std::string_view text) {
  int64_t scale = 0;
  if (const size_t e = text.find('E'); e != std::string_view::npos) {
    const auto exponent = base::parse_number<int64_t>(text.substr(e + 1));
    if (!exponent || *exponent == std::numeric_limits<int64_t>::min()) return std::nullopt;
    scale = -*exponent;
    text = text.substr(0, e);
  }
  std::string digits(text);
  if (const size_t point = digits.find('.'); point != std::string::npos) {
    scale += static_cast<int64_t>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  const std::optional<std::string> unscaled = big_integer_from(digits);
  if (!unscaled || scale < std::numeric_limits<int32_t>::min() ||
      scale > std::numeric_limits<int32_t>::max()) {
    return std::nullopt;
  }
  return BigDecimal{*unscaled, static_cast<int32_t>(scale)};
}

}  // namespace checkpointfs::state
