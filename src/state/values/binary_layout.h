// SPDX-License-Identifier: Apache-2.0
// Sizes in the memory format of Flink's SQL.
#pragma once

#include <cstdint>

#include "state/types/logical_type.h"

namespace checkpointfs::state {

// A row begins with its kind and a bit for each field, rounded up to 8 bytes, and has 8 bytes for each field.
constexpr uint64_t kRowKindBits = 8;
constexpr uint64_t kSlotWidth = 8;
constexpr uint64_t row_header_size(uint64_t fields) {
  return (fields + kRowKindBits + 63) / 64 * 8;
}

// An array begins with its length and a bit for each element, rounded up to 4 bytes.
constexpr uint64_t kArrayLengthSize = 4;
constexpr uint64_t array_header_size(uint64_t elements) {
  return kArrayLengthSize + (elements + 31) / 32 * 4;
}
// BinaryArrayData.calculateFixLengthPartSize().
uint64_t array_slot_width(SqlKind kind);

// DecimalData and TimestampData of these precisions are a long.
constexpr bool is_compact_decimal(int32_t precision) {
  return precision <= 18;
}
constexpr bool is_compact_timestamp(int32_t precision) {
  return precision <= 3;
}

// The highest byte of a slot whose bytes are in the slot itself: 0x80 and the length, at most 7.
constexpr uint8_t kInlineMark = 0x80;
constexpr uint64_t kMaxInlineLength = 7;

}  // namespace checkpointfs::state
