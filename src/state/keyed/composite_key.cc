// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/composite_key.h"

#include <boost/endian/conversion.hpp>

#include "state/bytes/input.h"

namespace checkpointfs::state {
namespace {

// Timestamps are written with the other sign bit, so that their bytes sort.
constexpr uint64_t kSignBit = uint64_t{1} << 63;

// Base 256, low byte first.
void append_length(std::string& out, size_t length) {
  do {
    out.push_back(static_cast<char>(length & 0xFF));
    length >>= 8;
  } while (length != 0);
}

void skip_length(Input& in, size_t length) {
  std::string expected;
  append_length(expected, length);
  const uint64_t offset = in.offset();
  if (in.bytes(expected.size(), "length") != expected) in.fail(offset, "length", "not the length before it");
}

struct Part {
  Outcome outcome = Outcome::kRead;
  std::string_view bytes;
};

// REQUIRES: `in` is in memory, in `all`, and began at offset 0.
Part read_part(Input& in, std::string_view all, const Type& type) {
  const auto start = static_cast<size_t>(in.offset());
  const Outcome outcome = skip_value(in, type);
  return {outcome, all.substr(start, static_cast<size_t>(in.offset()) - start)};
}

}  // namespace

KeyForm key_form(const Type& key, const Type& name_space) {
  return fixed_length(key) < 0 && fixed_length(name_space) < 0 ? KeyForm::kWithLengths : KeyForm::kPlain;
}

void append_key_part(std::string& out, std::string_view part, KeyForm form) {
  out.append(part);
  if (form == KeyForm::kWithLengths) append_length(out, part.size());
}

void append_composite_key(std::string& out, std::string_view key, std::string_view name_space, KeyForm form) {
  append_key_part(out, key, form);
  append_key_part(out, name_space, form);
}

KeyParts split_composite_key(std::string_view bytes, const Type& key, const StateMeta& meta) {
  const KeyForm form = key_form(key, *meta.name_space);
  Input in(bytes);
  const Part first = read_part(in, bytes, key);
  if (first.outcome != Outcome::kRead) return {first.outcome, {}, {}, {}};
  if (form == KeyForm::kWithLengths) skip_length(in, first.bytes.size());
  const Part second = read_part(in, bytes, *meta.name_space);
  if (second.outcome != Outcome::kRead) return {second.outcome, {}, {}, {}};
  if (form == KeyForm::kWithLengths) skip_length(in, second.bytes.size());
  if (meta.kind != StateKind::kMap && !in.at_end()) in.fail("user key", "the state is no map");
  if (!in.ok()) return {Outcome::kDamaged, {}, {}, {}};
  return {Outcome::kRead, first.bytes, second.bytes, bytes.substr(static_cast<size_t>(in.offset()))};
}

TimerParts split_timer(std::string_view bytes, const Type& timer) {
  if (timer.kind != TypeKind::kTimer || timer.members.size() != 2) return {Outcome::kOpaque, 0, {}, {}};
  Input in(bytes);
  const auto stored = static_cast<uint64_t>(in.i64("timestamp"));
  const Part key = read_part(in, bytes, *timer.members[0].type);
  if (key.outcome != Outcome::kRead) return {key.outcome, 0, {}, {}};
  const Part name_space = read_part(in, bytes, *timer.members[1].type);
  if (name_space.outcome != Outcome::kRead) return {name_space.outcome, 0, {}, {}};
  if (!in.ok() || !in.at_end()) return {Outcome::kDamaged, 0, {}, {}};
  return {Outcome::kRead, static_cast<int64_t>(stored ^ kSignBit), key.bytes, name_space.bytes};
}

void append_timer(std::string& out, int64_t timestamp, std::string_view key, std::string_view name_space) {
  const uint64_t stored = boost::endian::native_to_big(static_cast<uint64_t>(timestamp) ^ kSignBit);
  out.append(reinterpret_cast<const char*>(&stored), sizeof stored);
  out.append(key);
  out.append(name_space);
}

size_t key_group_prefix_length(int32_t max_parallelism) {
  return max_parallelism > 128 ? 2 : 1;
}

}  // namespace checkpointfs::state
