// SPDX-License-Identifier: Apache-2.0
#include "state/meta/state_meta_reader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::state {
namespace {

// StateMetaInfoSnapshot.BackendStateType, by ordinal.
constexpr int32_t kKeyValue = 0;
constexpr int32_t kOperator = 1;
constexpr int32_t kBroadcastMap = 2;
constexpr int32_t kPriorityQueue = 3;
constexpr int32_t kKeyValueV2 = 4;

constexpr uint32_t kMostNamed = 16;  // options and serializers; Flink writes up to three

TypePtr opaque_type(std::string snapshot_class) {
  auto type = std::make_shared<Type>();
  type->snapshot_class = std::move(snapshot_class);
  return type;
}

// The member `i` of a whole state's serializer, which is opaque if the serializer is not of the kind.
TypePtr part_of(const TypePtr& whole, TypeKind kind, size_t i) {
  if (whole->kind == kind && i < whole->members.size()) return whole->members[i].type;
  return whole->kind == TypeKind::kOpaque ? whole : opaque_type(whole->snapshot_class);
}

std::optional<StateKind> keyed_kind(std::string_view option) {
  if (option == "VALUE") return StateKind::kValue;
  if (option == "LIST") return StateKind::kList;
  if (option == "MAP") return StateKind::kMap;
  if (option == "REDUCING") return StateKind::kReducing;
  if (option == "AGGREGATING") return StateKind::kAggregating;
  if (option == "FOLDING") return StateKind::kFolding;
  return std::nullopt;
}

std::optional<StateKind> operator_kind(std::string_view option) {
  if (option == "SPLIT_DISTRIBUTE" || option == "BROADCAST") return StateKind::kOperatorList;
  if (option == "UNION") return StateKind::kUnion;
  return std::nullopt;
}

}  // namespace

struct StateMetaReader::Parts {
  uint64_t offset = 0;
  std::string name;
  int32_t kind = 0;
  std::string_view option;
  TypePtr name_space;
  TypePtr user_key;
  TypePtr key;
  TypePtr value;
};

StateMetaReader::StateMetaReader(std::string_view bytes, Writer writer) : bytes_(bytes), writer_(writer) {
  restart(0);
}

base::InputError StateMetaReader::error() const {
  base::InputError error = in_->error();
  if (!context_.empty()) error.field = base::format("state \"{}\": {}", context_, error.field);
  return error;
}

std::optional<uint64_t> StateMetaReader::end() const {
  return lost_ ? std::nullopt : std::optional(in_->offset());
}

uint32_t StateMetaReader::state_count(const char* field) {
  context_.clear();
  if (lost_) return 0;
  const uint64_t offset = in_->offset();
  const int16_t n = in_->i16(field);
  if (n < 0) in_->fail(offset, field, base::format("negative number of states {}", n));
  return in_->ok() ? static_cast<uint32_t>(n) : 0;
}

TypePtr StateMetaReader::type(Follower follower) {
  const uint64_t start = in_->offset();
  TypePtr type = read_persisted_type(*in_, writer_);
  const bool known = in_->ok() && type->kind != TypeKind::kOpaque;
  const Fit fit = in_->ok() ? fits(bytes_, in_->offset(), follower) : Fit::kNo;
  if (fit == Fit::kCertain || (known && fit == Fit::kPossible)) return type;
  return resynchronised(start, follower, std::move(type));
}

// An opaque type in place of the PSNAP at `start`; the input goes on at the follower.
TypePtr StateMetaReader::resynchronised(uint64_t start, Follower follower, TypePtr type) {
  const std::optional<size_t> next = find_follower(bytes_, start, follower);
  const bool may_be_last = follower == Follower::kEnd || follower == Follower::kStates;
  // The fault stands behind a serializer that can be read, or is the end of the bytes.
  if (!next && (in_->ok() ? type->kind != TypeKind::kOpaque : in_->error().truncated)) return type;
  if (!next && !may_be_last) {
    in_->fail(start, "serializer", "the end of the serializer's snapshot cannot be found");
    return type;
  }
  if (!in_->ok()) {
    type = opaque_type(class_at(in_->error().offset));
  } else if (type->kind != TypeKind::kOpaque) {
    type = opaque_type(type->snapshot_class);
  }
  if (type->snapshot_class.empty()) type = opaque_type(class_at(start + 4));
  lost_ = !next;
  restart(next.value_or(bytes_.size()));
  return type;
}

// The name of a class if one stands there.
std::string StateMetaReader::class_at(uint64_t offset) const {
  if (offset >= bytes_.size()) return {};
  Input in(bytes_.substr(offset));
  const std::string_view name = in.utf("class");
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  return plain ? std::string(name) : std::string();
}

StateMeta StateMetaReader::state(Follower follower) {
  context_.clear();
  Parts parts;
  parts.offset = in_->offset();
  const std::string_view name = in_->utf("name");
  parts.name = base::utf8_or_as_written(name);
  context_ = base::printable(parts.name);
  parts.kind = in_->i32("kind");
  const uint64_t options_offset = in_->offset();
  const uint32_t options = in_->count(4, "options");
  if (options > kMostNamed) in_->fail(options_offset, "options", base::format("{} options", options));
  for (uint32_t i = 0; i < options && in_->ok(); ++i) {
    const std::string_view key = in_->utf("option");
    const std::string_view value = in_->utf("option");
    if (key == "KEYED_STATE_TYPE" || key == "OPERATOR_STATE_DISTRIBUTION_MODE") parts.option = value;
  }
  read_serializers(parts, follower);
  return in_->ok() ? assembled(parts) : StateMeta();
}

void StateMetaReader::read_serializers(Parts& parts, Follower follower) {
  const uint64_t offset = in_->offset();
  const uint32_t n = in_->count(6, "serializers");
  if (n == 0 || n > kMostNamed) in_->fail(offset, "serializers", base::format("{} serializers", n));
  for (uint32_t i = 0; i < n && in_->ok(); ++i) {
    const std::string_view key = in_->utf("serializer");
    TypePtr type = this->type(i + 1 < n ? Follower::kSerializer : follower);
    if (key == "NAMESPACE_SERIALIZER") parts.name_space = std::move(type);
    if (key == "USER_KEY_SERIALIZER") parts.user_key = std::move(type);
    if (key == "KEY_SERIALIZER") parts.key = std::move(type);
    if (key == "VALUE_SERIALIZER") parts.value = std::move(type);
  }
}

StateMeta StateMetaReader::assembled(const Parts& parts) {
  const auto fail = [&](std::string reason) {
    in_->fail(parts.offset, "state", std::move(reason));
    return StateMeta();
  };
  StateMeta meta;
  meta.name = parts.name;
  meta.value = parts.value;
  if (!meta.value) return fail("no VALUE_SERIALIZER");
  if (parts.kind == kPriorityQueue) {
    meta.kind = StateKind::kTimer;
    return meta;
  }
  if (parts.kind == kBroadcastMap) {
    meta.kind = StateKind::kBroadcast;
    meta.user_key = parts.key;
    return parts.key ? meta : fail("no KEY_SERIALIZER");
  }
  const bool keyed = parts.kind == kKeyValue || parts.kind == kKeyValueV2;
  if (!keyed && parts.kind != kOperator) return fail(base::format("unknown kind {}", parts.kind));
  const std::optional<StateKind> kind = keyed ? keyed_kind(parts.option) : operator_kind(parts.option);
  if (!kind) return fail(base::format("unknown type {} of a state", base::printable(parts.option)));
  meta.kind = *kind;
  if (!keyed) return meta;
  meta.name_space = parts.name_space;
  if (!meta.name_space) return fail("no NAMESPACE_SERIALIZER");
  if (parts.kind == kKeyValueV2) {
    meta.user_key = parts.user_key;
    // Flink 2.0 does not describe it.
    if (meta.kind == StateKind::kMap && !meta.user_key) meta.user_key = opaque_type({});
    return meta;
  }
  if (meta.kind == StateKind::kList) {
    meta.value = part_of(meta.value, TypeKind::kList, 0);
  } else if (meta.kind == StateKind::kMap) {
    meta.user_key = part_of(parts.value, TypeKind::kMap, 0);
    meta.value = part_of(parts.value, TypeKind::kMap, 1);
  }
  return meta;
}

}  // namespace checkpointfs::state
