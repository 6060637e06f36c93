// SPDX-License-Identifier: Apache-2.0
// Reads Java's DataOutputStream encoding (big-endian, signed), never past its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/input_error.h"

namespace checkpointfs::base {

// Input of a cursor that comes into memory while it is read.
class GrowingInput {
 public:
  GrowingInput() = default;
  virtual ~GrowingInput() = default;
  GrowingInput(const GrowingInput&) = delete;
  GrowingInput& operator=(const GrowingInput&) = delete;

  // The number of all the bytes that there will be.
  virtual uint64_t size() const = 0;
  // The bytes from the first one on, `wanted` of them at least. Those that were returned before stay where
  // they are. REQUIRES: `wanted` is at most size(). May throw.
  virtual std::string_view until(uint64_t wanted) = 0;
};

// The first error sticks: after it every read returns zero or an empty view and moves nothing, so that a
// decoder may check ok() once per loop. Views point into the input, which must outlive them.
// `field` names are string literals; they are kept by pointer until an error needs them.
class ByteCursor {
 public:
  explicit ByteCursor(std::string_view input) : input_(input) {}
  explicit ByteCursor(GrowingInput& input) : growing_(&input) {}

  bool ok() const { return !error_; }
  // REQUIRES: !ok().
  const InputError& error() const { return *error_; }
  uint64_t offset() const { return offset_; }
  uint64_t remaining() const { return (growing_ != nullptr ? growing_->size() : input_.size()) - offset_; }
  bool at_end() const { return remaining() == 0; }

  uint8_t u8(const char* field);
  int8_t i8(const char* field) { return static_cast<int8_t>(u8(field)); }
  int32_t i32(const char* field);
  int64_t i64(const char* field);
  // u16 length, then that many bytes of modified UTF-8; the bytes are returned as they are.
  std::string_view utf(const char* field);
  // int length (not negative), then that many bytes.
  std::string_view block(const char* field);
  std::string_view bytes(uint64_t length, const char* field);

  // An int that counts items which take at least `min_item_size` bytes (>= 1) each: negative or larger than
  // what remains is an error. The one place where a number of the input becomes the bound of a loop.
  uint32_t count(uint64_t min_item_size, const char* field);

  // Marks the input as wrong at `offset`; the first call wins.
  void fail(uint64_t offset, const char* field, std::string reason, bool truncated = false);
  void fail(const char* field, std::string reason) { fail(offset_, field, std::move(reason)); }

 private:
  bool need(uint64_t length, const char* field);

  GrowingInput* growing_ = nullptr;
  std::string_view input_;  // as far as it is in memory
  uint64_t offset_ = 0;
  std::optional<InputError> error_;
};

}  // namespace checkpointfs::base
