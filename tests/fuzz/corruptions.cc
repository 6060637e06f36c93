// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/corruptions.h"

#include <array>

#include "base/text/message.h"

namespace checkpointfs::fuzz {
namespace {

constexpr std::array<int, 3> kWidths = {2, 4, 8};

uint64_t number_at(std::string_view bytes, uint64_t offset, int width) {
  uint64_t value = 0;
  for (const char c : bytes.substr(offset, static_cast<size_t>(width))) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

void put_number(std::string& bytes, uint64_t offset, int width, uint64_t value) {
  for (int i = 0; i < width; ++i) {
    bytes[offset + static_cast<size_t>(i)] = static_cast<char>(value >> 8 * (width - 1 - i) & 0xFF);
  }
}

std::string hexadecimal(uint64_t value) {
  std::string digits;
  for (; value != 0; value >>= 4) digits.insert(digits.begin(), "0123456789abcdef"[value & 15]);
  return digits.empty() ? "0" : digits;
}

}  // namespace

std::string to_string(const Corruption& corruption) {
  switch (corruption.kind) {
    case Corruption::Kind::kTruncated:
      return base::format("cut off after {} bytes", corruption.offset);
    case Corruption::Kind::kBit:
      return base::format("bit {} of the byte at offset {} flipped", corruption.width, corruption.offset);
    case Corruption::Kind::kInteger:
      return base::format("{} bytes at offset {} are {}", corruption.width, corruption.offset,
                          hexadecimal(corruption.value));
  }
  return "";
}

void for_each_corruption(std::string_view input, uint64_t step,
                         const std::function<void(std::string_view, const Corruption&)>& visit) {
  uint64_t number = 0;
  const auto is_chosen = [&] { return number++ % step == 0; };

  for (uint64_t length = 0; length < input.size(); ++length) {
    if (is_chosen()) visit(input.substr(0, length), {Corruption::Kind::kTruncated, length, 0, 0});
  }
  std::string bytes(input);
  for (uint64_t offset = 0; offset < input.size(); ++offset) {
    for (int bit = 0; bit < 8; ++bit) {
      if (!is_chosen()) continue;
      bytes[offset] = static_cast<char>(input[offset] ^ 1 << bit);
      visit(bytes, {Corruption::Kind::kBit, offset, bit, 0});
    }
    bytes[offset] = input[offset];
  }
  for (const int width : kWidths) {
    const uint64_t mask = UINT64_MAX >> (64 - 8 * width);
    const uint64_t least = uint64_t{1} << (8 * width - 1);
    for (uint64_t offset = 0; offset + static_cast<uint64_t>(width) <= input.size(); ++offset) {
      const uint64_t old = number_at(input, offset, width);
      const uint64_t left = input.size() - offset - static_cast<uint64_t>(width);
      for (const uint64_t replacement :
           {uint64_t{0}, mask, least - 1, least, old + 1, old - 1, uint64_t{input.size()} + 1,
            uint64_t{input.size()} - 1, left, left + 1, left - 1}) {
        const uint64_t value = replacement & mask;
        if (value == old || !is_chosen()) continue;
        put_number(bytes, offset, width, value);
        visit(bytes, {Corruption::Kind::kInteger, offset, width, value});
      }
      put_number(bytes, offset, width, old);
    }
  }
}

}  // namespace checkpointfs::fuzz
