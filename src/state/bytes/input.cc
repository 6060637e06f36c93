// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/input.h"

#include "base/text/message.h"

namespace checkpointfs::state {

std::string_view Input::bytes(uint64_t length, const char* field) {
  if (!need(length, field)) return {};
  const std::string_view view(next_, static_cast<size_t>(length));
  next_ += length;
  return view;
}

std::string_view Input::utf(const char* field) {
  if (!need(2, field)) return {};
  const auto length =
      static_cast<uint64_t>(static_cast<unsigned char>(next_[0]) << 8 | static_cast<unsigned char>(next_[1]));
  if (!need(2 + length, field)) return {};
  next_ += 2;
  return bytes(length, field);
}

uint32_t Input::count(uint64_t min_item_size, const char* field) {
  const uint64_t start = offset();
  const int32_t n = i32(field);
  if (n < 0) {
    fail(start, field, base::format("negative count {}", n));
    return 0;
  }
  const uint64_t needed = static_cast<uint64_t>(n) * min_item_size;
  const uint64_t left = held();
  if (needed > left && is_complete() && ok()) {
    fail(start, field, base::format("count {} needs at least {} bytes, {} are left", n, needed, left), true);
  }
  return !ok() ? 0 : static_cast<uint32_t>(n);
}

}  // namespace checkpointfs::state
