// SPDX-License-Identifier: Apache-2.0
#include "base/spill/packed_record.h"

#include <algorithm>

namespace checkpointfs::base {
namespace {

// The text in place number `place` of the record before.
std::string& at(std::vector<std::string>& before, size_t place) {
  if (place == before.size()) before.emplace_back();
  return before[place];
}

}  // namespace

void Packer::number(uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
  bytes_ += static_cast<char>(value);
}

void Packer::text(std::string_view value) {
  std::string& before = at(before_, place_++);
  const auto same = static_cast<size_t>(std::ranges::mismatch(before, value).in1 - before.begin());
  const std::string_view rest = value.substr(same);
  number(same);
  number(rest.size());
  bytes_ += rest;
  before.replace(same, std::string::npos, rest);
}

void Packer::begin() {
  place_ = 0;
  bytes_.clear();
}

void Unpacker::begin(std::string_view bytes) {
  left_ = bytes;
  place_ = 0;
}

uint64_t Unpacker::number() {
  uint64_t value = 0;
  for (unsigned shift = 0; !left_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

const std::string& Unpacker::text() {
  const size_t same = number();
  const size_t size = number();
  std::string& before = at(before_, place_++);
  before.replace(same, std::string::npos, left_.substr(0, size));
  left_.remove_prefix(size);
  return before;
}

}  // namespace checkpointfs::base
