// SPDX-License-Identifier: Apache-2.0
#include "base/byte_cursor.h"

#include <stdexcept>

#include <boost/endian/conversion.hpp>

#include "base/text/message.h"

namespace checkpointfs::base {

std::string to_string(const InputError& error) {
  return base::format("offset {}, {}: {}", error.offset, error.field, error.reason);
}

void throw_exception_from_error(const InputError& error, const boost::source_location&) {
  throw std::logic_error("unchecked input error: " + to_string(error));
}

bool ByteCursor::need(uint64_t length, const char* field) {
  if (error_) return false;
  if (length <= input_.size() - offset_) return true;
  if (growing_ != nullptr && length <= remaining()) {
    input_ = growing_->until(offset_ + length);
    return true;
  }
  fail(offset_, field, base::format("needs {} bytes, {} are left", length, remaining()), true);
  return false;
}

void ByteCursor::fail(uint64_t offset, const char* field, std::string reason, bool truncated) {
  if (!error_) error_ = InputError{offset, field, std::move(reason), truncated};
}

uint8_t ByteCursor::u8(const char* field) {
  if (!need(1, field)) return 0;
  return static_cast<uint8_t>(input_[offset_++]);
}

int32_t ByteCursor::i32(const char* field) {
  if (!need(4, field)) return 0;
  const auto* p = reinterpret_cast<const unsigned char*>(input_.data()) + offset_;
  offset_ += 4;
  return boost::endian::load_big_s32(p);
}

int64_t ByteCursor::i64(const char* field) {
  if (!need(8, field)) return 0;
  const auto* p = reinterpret_cast<const unsigned char*>(input_.data()) + offset_;
  offset_ += 8;
  return boost::endian::load_big_s64(p);
}

std::string_view ByteCursor::bytes(uint64_t length, const char* field) {
  if (!need(length, field)) return {};
  const std::string_view view = input_.substr(offset_, length);
  offset_ += length;
  return view;
}

std::string_view ByteCursor::utf(const char* field) {
  if (!need(2, field)) return {};
  const auto* p = reinterpret_cast<const unsigned char*>(input_.data()) + offset_;
  const uint16_t length = boost::endian::load_big_u16(p);
  if (!need(2 + uint64_t{length}, field)) return {};
  offset_ += 2;
  return bytes(length, field);
}

std::string_view ByteCursor::block(const char* field) {
  const uint64_t start = offset_;
  const int32_t length = i32(field);
  if (length < 0) {
    fail(start, field, base::format("negative length {}", length));
    return {};
  }
  return bytes(static_cast<uint64_t>(length), field);
}

uint32_t ByteCursor::count(uint64_t min_item_size, const char* field) {
  const uint64_t start = offset_;
  const int32_t n = i32(field);
  if (n < 0) {
    fail(start, field, base::format("negative count {}", n));
    return 0;
  }
  if (static_cast<uint64_t>(n) * min_item_size > remaining()) {
    fail(start, field,
         base::format("count {} needs at least {} bytes, {} are left", n,
                      static_cast<uint64_t>(n) * min_item_size, remaining()),
         true);
    return 0;
  }
  return error_ ? 0 : static_cast<uint32_t>(n);
}

}  // namespace checkpointfs::base
