// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/heap_values.h"

#include "base/text/message.h"
#include "state/types/readable.h"

namespace checkpointfs::state {
namespace {

constexpr uint32_t kMostEmptyItems = 1 << 16;

}  // namespace

HeapValues::HeapValues(const Type& key, const StateMeta& meta, EntrySink& sink)
    : key_(key),
      meta_(meta),
      sink_(sink),
      form_(meta.kind == StateKind::kTimer ? KeyForm::kPlain : key_form(key, *meta.name_space)) {}

std::string why_unreadable(const Type& type) {
  std::string reason = unreadable_reason(type);
  return reason.empty() ? base::format("a value of {} cannot be read", to_string(type)) : reason;
}

void check_item(Input& in, uint64_t start, uint32_t i) {
  if (i < kMostEmptyItems || in.offset() != start) return;
  in.fail("items", base::format("more than {} items without bytes", kMostEmptyItems));
}

Outcome HeapValues::read(Input& in, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) {
    const uint64_t start = in.offset();
    const Outcome outcome = read_entry(in);
    if (outcome != Outcome::kRead) return outcome;
    check_item(in, start, i);
  }
  return in.ok() ? Outcome::kRead : Outcome::kDamaged;
}

Outcome HeapValues::read_entry(Input& in) {
  if (meta_.kind == StateKind::kTimer) {
    const Outcome outcome = read_part(in, *meta_.value, prefix_);
    if (outcome != Outcome::kRead) return outcome;
    sink_.begin_prefix(prefix_);
    sink_.add({}, {});
    return outcome;
  }
  if (const Outcome outcome = read_part(in, *meta_.name_space, name_space_); outcome != Outcome::kRead) {
    return outcome;
  }
  if (const Outcome outcome = read_part(in, key_, key_bytes_); outcome != Outcome::kRead) return outcome;
  prefix_.clear();
  append_composite_key(prefix_, key_bytes_, name_space_, form_);
  return read_state(in, prefix_);
}

Outcome HeapValues::read_state(Input& in, std::string_view prefix) {
  sink_.begin_prefix(prefix);
  if (meta_.kind == StateKind::kList) return read_list(in);
  if (meta_.kind == StateKind::kMap) return read_map(in);
  const Outcome outcome = read_part(in, *meta_.value, value_);
  if (outcome == Outcome::kRead) sink_.add({}, value_);
  return outcome;
}

// Puts the bytes of one value in place of what `out` has.
Outcome HeapValues::read_part(Input& in, const Type& type, std::string& out) {
  in.mark();
  const Outcome outcome = skip_value(in, type);
  out.assign(in.since_mark());
  if (outcome == Outcome::kOpaque) unreadable_ = why_unreadable(type);
  return outcome;
}

Outcome HeapValues::read_list(Input& in) {
  const uint32_t n = in.count(1, "list");
  std::string joined;
  for (uint32_t i = 0; i < n; ++i) {
    const uint64_t start = in.offset();
    const Outcome outcome = read_part(in, *meta_.value, value_);
    if (outcome != Outcome::kRead) return outcome;
    if (i > 0) joined.push_back(',');
    joined.append(value_);
    check_item(in, start, i);
  }
  if (!in.ok()) return Outcome::kDamaged;
  sink_.add({}, joined);
  return Outcome::kRead;
}

Outcome HeapValues::read_map(Input& in) {
  const uint32_t n = in.count(1, "map");
  for (uint32_t i = 0; i < n; ++i) {
    Outcome outcome = read_part(in, *meta_.user_key, user_key_);
    if (outcome != Outcome::kRead) return outcome;
    const bool is_null = in.boolean("is null");
    value_.clear();
    if (!is_null) outcome = read_part(in, *meta_.value, value_);
    if (outcome != Outcome::kRead) return outcome;
    if (!in.ok()) break;
    value_.insert(value_.begin(), is_null ? '\1' : '\0');
    sink_.add(user_key_, value_);
  }
  return in.ok() ? Outcome::kRead : Outcome::kDamaged;
}

}  // namespace checkpointfs::state
