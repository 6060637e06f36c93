// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace checkpointfs::transfer {
namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // reflected: the highest bit is the coefficient of x^0
constexpr uint32_t kOne = 0x80000000;

uint32_t times_x(uint32_t a) {
  return (a & 1U) != 0 ? (a >> 1) ^ kPolynomial : a >> 1;
}

// a * b modulo the polynomial.
uint32_t product(uint32_t a, uint32_t b) {
  uint32_t sum = 0;
  for (uint32_t bit = kOne; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) sum ^= b;
    b = times_x(b);
  }
  return sum;
}

// x^(8 * bytes) modulo the polynomial, by repeated squares.
uint32_t power_of_bytes(uint64_t bytes) {
  uint32_t power = kOne;
  uint32_t square = kOne >> 8;  // x^8
  for (; bytes != 0; bytes >>= 1) {
    if ((bytes & 1U) != 0) power = product(square, power);
    square = product(square, square);
  }
  return power;
}

}  // namespace

void Crc32c::update(std::string_view bytes) {
  constexpr size_t kPart = 1U << 30;  // the library takes an int
  length_ += bytes.size();
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, kPart);
    // The library only reads, though its parameter is not const, and leaves the inversions to its caller.
    auto* const buffer = reinterpret_cast<unsigned char*>(const_cast<char*>(part.data()));
    value_ = ~::crc32_iscsi(buffer, static_cast<int>(part.size()), ~value_);
    bytes.remove_prefix(part.size());
  }
}

void Crc32c::append(const Crc32c& next) {
  value_ = product(power_of_bytes(next.length_), value_) ^ next.value_;
  length_ += next.length_;
}

std::string crc32c_text(uint32_t sum) {
  return fmt::format("{:08x}", sum);
}

std::optional<uint32_t> crc32c_from_text(std::string_view text) {
  if (text.size() != 8 || text.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  uint32_t sum = 0;
  std::from_chars(text.data(), text.data() + text.size(), sum, 16);
  return sum;
}

}  // namespace checkpointfs::transfer
