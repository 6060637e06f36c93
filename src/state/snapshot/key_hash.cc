// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/key_hash.h"

#include <bit>
#include <cmath>
#include <limits>

#include "state/bytes/input.h"

namespace checkpointfs::state {
namespace {

constexpr uint32_t kTrueHash = 1231;
constexpr uint32_t kFalseHash = 1237;
constexpr uint32_t kFactor = 31;
constexpr int kMostDepth = 8;

uint32_t long_hash(uint64_t value) {
  return static_cast<uint32_t>(value ^ value >> 32);
}

// All NaNs are one for Java.
uint32_t float_hash(uint32_t bits) {
  return std::isnan(std::bit_cast<float>(bits)) ? 0x7FC00000u : bits;
}
uint32_t double_hash(uint64_t bits) {
  return long_hash(std::isnan(std::bit_cast<double>(bits)) ? 0x7FF8000000000000u : bits);
}

uint32_t varint_of(Input& in) {
  uint32_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const uint8_t byte = in.u8("varint");
    value |= static_cast<uint32_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  in.fail("varint", "too long");
  return 0;
}

// Over UTF-16 units. Null has no hashCode(), and Flink takes no null key.
std::optional<uint32_t> string_hash(Input& in) {
  const uint32_t length = varint_of(in);
  if (length == 0) return std::nullopt;
  uint32_t hash = 0;
  for (uint32_t i = 1; i < length && in.ok(); ++i) hash = kFactor * hash + varint_of(in);
  return hash;
}

std::optional<uint32_t> hash_of(Input& in, const Type& type, int depth);

// Tuple1.hashCode() to Tuple25's. Case classes of Scala, which have another, name other snapshots.
std::optional<uint32_t> tuple_hash(Input& in, const Type& type, int depth) {
  if (!type.snapshot_class.ends_with(".TupleSerializerSnapshot") || type.members.empty()) return std::nullopt;
  uint32_t hash = 0;
  for (const TypeMember& member : type.members) {
    const auto field = hash_of(in, *member.type, depth + 1);
    if (!field) return std::nullopt;
    hash = kFactor * hash + *field;
  }
  return hash;
}

std::optional<uint32_t> hash_of(Input& in, const Type& type, int depth) {
  if (depth > kMostDepth) return std::nullopt;
  if (type.kind == TypeKind::kBoolean) return in.boolean("key") ? kTrueHash : kFalseHash;
  if (type.kind == TypeKind::kByte) return static_cast<uint32_t>(in.i8("key"));
  if (type.kind == TypeKind::kShort) return static_cast<uint32_t>(in.i16("key"));
  if (type.kind == TypeKind::kChar) return in.u16("key");
  if (type.kind == TypeKind::kInt) return static_cast<uint32_t>(in.i32("key"));
  if (type.kind == TypeKind::kLong) return long_hash(static_cast<uint64_t>(in.i64("key")));
  if (type.kind == TypeKind::kFloat) return float_hash(static_cast<uint32_t>(in.i32("key")));
  if (type.kind == TypeKind::kDouble) return double_hash(static_cast<uint64_t>(in.i64("key")));
  if (type.kind == TypeKind::kString) return string_hash(in);
  if (type.kind == TypeKind::kTuple) return tuple_hash(in, type, depth);
  return std::nullopt;
}

}  // namespace

std::optional<int32_t> java_hash_code(std::string_view key, const Type& type) {
  Input in(key);
  const auto hash = hash_of(in, type, 0);
  if (!hash || !in.ok() || !in.at_end()) return std::nullopt;
  return static_cast<int32_t>(*hash);
}

int32_t murmur_hash(int32_t code) {
  auto hash = static_cast<uint32_t>(code);
  hash *= 0xCC9E2D51u;
  hash = std::rotl(hash, 15);
  hash *= 0x1B873593u;
  hash = std::rotl(hash, 13);
  hash = hash * 5 + 0xE6546B64u;
  hash ^= 4;  // bytes of an int
  hash ^= hash >> 16;
  hash *= 0x85EBCA6Bu;
  hash ^= hash >> 13;
  hash *= 0xC2B2AE35u;
  hash ^= hash >> 16;
  const auto result = static_cast<int32_t>(hash);
  if (result >= 0) return result;
  return result == std::numeric_limits<int32_t>::min() ? 0 : -result;
}

std::optional<int32_t> key_group_of(std::string_view key, const Type& type, int32_t max_parallelism) {
  const auto code = java_hash_code(key, type);
  if (!code || max_parallelism <= 0) return std::nullopt;
  return murmur_hash(*code) % max_parallelism;
}

}  // namespace checkpointfs::state
