// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/change_replay.h"

#include <utility>

#include "base/text/message.h"
#include "state/keyed/heap_values.h"
#include "state/values/values.h"

namespace checkpointfs::state {

class ChangeReplay::Sink : public EntrySink {
 public:
  explicit Sink(ChangeReplay& replay) : replay_(replay) {}
  void begin_prefix(std::string_view /*prefix*/) override {}
  void add(std::string_view rest, std::string_view value) override {
    if (replay_.meta_.kind == StateKind::kMap) {
      replay_.entries_.put(rest, value);
    } else {
      elements_ = value;
    }
  }
  // The elements of a list.
  const std::string& elements() const { return elements_; }

 private:
  ChangeReplay& replay_;
  std::string elements_;
};

ChangeReplay::ChangeReplay(const Type* key, const StateMeta& meta, GroupEntries& base,
                           ChangedEntries::Base completeness)
    : key_(key), meta_(meta), entries_(base, completeness) {
  if (key_ != nullptr && meta_.name_space) form_ = key_form(*key_, *meta_.name_space);
}

void ChangeReplay::give_up(std::string reason) {
  readable_ = false;
  if (given_up_.empty()) given_up_ = std::move(reason);
}

std::optional<base::InputError> ChangeReplay::apply(uint8_t operation, std::string_view payload) {
  payload_ = payload;
  readable_ = true;
  Input in(payload);
  if (operation > static_cast<uint8_t>(ChangeOperation::kRemoveElement)) {
    in.fail("operation", base::format("unknown operation {}", int{operation}));
  } else if (meta_.kind == StateKind::kTimer) {
    change_timers(in, static_cast<ChangeOperation>(operation));
  } else if (key_ == nullptr) {
    give_up("the log does not say which type the keys have");
  } else {
    change_state(in, static_cast<ChangeOperation>(operation));
  }
  if (readable_ && in.ok() && !in.at_end()) in.fail("change", "bytes are left behind the change");
  if (!in.ok()) return in.error();
  return std::nullopt;
}

// add: i32 n x timer; remove: timer
void ChangeReplay::change_timers(Input& in, ChangeOperation operation) {
  entries_.choose_prefix({});
  if (operation == ChangeOperation::kRemoveElement) return entries_.erase(left(in));
  if (operation != ChangeOperation::kAddElement) {
    return in.fail("operation", "timers are only added and removed");
  }
  const uint32_t n = in.count(1, "timers");
  if (n == 1) return entries_.put(left(in), {});
  for (uint32_t i = 0; i < n; ++i) {
    in.mark();
    const bool read = skip(in, *meta_.value);
    const std::string_view timer = in.since_mark();
    if (!read) return;
    entries_.put(timer, {});
  }
}

// key | namespace | ...
void ChangeReplay::change_state(Input& in, ChangeOperation operation) {
  in.mark();
  const bool has_key = skip(in, *key_);
  std::string prefix;
  append_key_part(prefix, in.since_mark(), form_);
  if (!has_key) return;
  const std::optional<std::string> name_space = read_namespace(in);
  if (!name_space) return;
  if (meta_.kind == StateKind::kMap) {
    entries_.choose_prefix(prefix + *name_space);
    return change_map(in, operation);
  }
  entries_.choose_prefix(prefix);
  if (operation == ChangeOperation::kMergeNamespaces && meta_.kind != StateKind::kValue) {
    return merge(in, *name_space);
  }
  switch (meta_.kind) {
    case StateKind::kList:
      return change_list(in, operation, *name_space);
    case StateKind::kValue:
    case StateKind::kReducing:
    case StateKind::kAggregating:
    case StateKind::kFolding:
      return change_value(in, operation, *name_space);
    case StateKind::kMap:
    case StateKind::kTimer:
    case StateKind::kOperatorList:
    case StateKind::kUnion:
    case StateKind::kBroadcast:
      return in.fail("state", base::format("a change of {} state", to_string(meta_.kind)));
  }
}

void ChangeReplay::change_value(Input& in, ChangeOperation operation, std::string_view rest) {
  switch (operation) {
    case ChangeOperation::kClear:
      return entries_.erase(rest);
    case ChangeOperation::kSet:
    case ChangeOperation::kSetInternal:
      return entries_.put(rest, left(in));
    case ChangeOperation::kAdd:
      left(in);
      entries_.entry(rest).pending = true;
      return;
    case ChangeOperation::kMergeNamespaces:
    case ChangeOperation::kAddElement:
    case ChangeOperation::kAddOrUpdateElement:
    case ChangeOperation::kRemoveElement:
      break;
  }
  in.fail("operation", base::format("operation {} does not fit the state", static_cast<int>(operation)));
}

void ChangeReplay::change_list(Input& in, ChangeOperation operation, std::string_view rest) {
  if (operation == ChangeOperation::kClear) return entries_.erase(rest);
  if (operation == ChangeOperation::kAddElement) return entries_.append(rest, left(in));
  const bool set = operation == ChangeOperation::kSet || operation == ChangeOperation::kSetInternal;
  if (!set && operation != ChangeOperation::kAdd) {
    return in.fail("operation",
                   base::format("operation {} does not fit a list", static_cast<int>(operation)));
  }
  Sink sink(*this);
  HeapValues values(*key_, meta_, sink);
  switch (values.read_state(in, {})) {
    case Outcome::kRead:
      break;
    case Outcome::kOpaque:
      left(in);
      entries_.entry(rest).pending = true;
      return;
    case Outcome::kDamaged:
      return;
  }
  if (set) entries_.erase(rest);
  if (!sink.elements().empty()) entries_.append(rest, sink.elements());
}

// add or update: user key | user value; remove: user key; add: the whole map
void ChangeReplay::change_map(Input& in, ChangeOperation operation) {
  switch (operation) {
    case ChangeOperation::kClear:
      return entries_.erase_all();
    case ChangeOperation::kRemoveElement:
      return entries_.erase(left(in));
    case ChangeOperation::kAddElement:
    case ChangeOperation::kAddOrUpdateElement: {
      in.mark();
      const bool read = skip(in, *meta_.user_key);
      const std::string_view user_key = in.since_mark();
      if (read) entries_.put(user_key, std::string(1, '\0').append(left(in)));
      return;
    }
    case ChangeOperation::kAdd: {
      Sink sink(*this);
      HeapValues values(*key_, meta_, sink);
      if (values.read_state(in, {}) == Outcome::kOpaque) give_up(values.unreadable());
      return;
    }
    case ChangeOperation::kSet:
    case ChangeOperation::kSetInternal:
    case ChangeOperation::kMergeNamespaces:
      break;
  }
  in.fail("operation", base::format("operation {} does not fit a map", static_cast<int>(operation)));
}

// target namespace, again | i32 n x source namespace
void ChangeReplay::merge(Input& in, std::string_view target) {
  if (!read_namespace(in)) return;
  const uint32_t n = in.count(1, "namespaces");
  for (uint32_t i = 0; i < n; ++i) {
    const std::optional<std::string> source = read_namespace(in);
    if (!source) return;
    if (*source != target) merge_entry(target, *source);
  }
}

// Moves what needs no function of the job.
void ChangeReplay::merge_entry(std::string_view target, std::string_view source) {
  ChangedEntries::Entry from = std::exchange(entries_.entry(source), {});
  ChangedEntries::Entry& to = entries_.entry(target);
  if (from.pending || (to.present && from.present && meta_.kind != StateKind::kList)) {
    to.pending = true;
  } else if (from.present && !to.present && !to.pending) {
    to = std::move(from);
  } else if (from.present) {
    entries_.append(target, from.value);
  }
}

// A namespace, as it stands in a composite key.
std::optional<std::string> ChangeReplay::read_namespace(Input& in) {
  in.mark();
  const bool read = skip(in, *meta_.name_space);
  std::string part;
  append_key_part(part, in.since_mark(), form_);
  return read ? std::optional(std::move(part)) : std::nullopt;
}

// False after damage, and behind a value that cannot be read, with which the whole change is given up.
bool ChangeReplay::skip(Input& in, const Type& type) {
  const Outcome outcome = skip_value(in, type);
  if (outcome == Outcome::kOpaque) give_up(why_unreadable(type));
  return outcome == Outcome::kRead;
}

// All that is left of the change.
std::string_view ChangeReplay::left(Input& in) {
  const auto start = static_cast<size_t>(in.offset());
  in.skip(payload_.size() - start, "change");
  return payload_.substr(start);
}

std::optional<KeyedEntry> ChangeReplay::next(int32_t group) {
  std::optional<KeyedEntry> entry = entries_.next(group);
  if (entry && !given_up_.empty()) entry->pending = true;
  return entry;
}

}  // namespace checkpointfs::state
