// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/change_replay.h"

#include <utility>
#include <vector>

#include "base/text/message.h"
#include "state/keyed/heap_values.h"
#include "state/values/values.h"

namespace checkpointfs::state {

class ChangeReplay::Sink : public EntrySink {
 public:
  explicit Sink(ChangeReplay& replay) : replay_(replay) {}
  void begin_prefix(std::string_view prefix) override { prefix_ = prefix; }
  void add(std::string_view rest, std::string_view value) override {
    last_ = value;
    if (replay_.meta_.kind == StateKind::kMap) replay_.put(prefix_ + std::string(rest), value);
  }
  // Of a list: its elements.
  const std::string& last() const { return last_; }

 private:
  ChangeReplay& replay_;
  std::string prefix_;
  std::string last_;
};

ChangeReplay::ChangeReplay(const Type* key, const StateMeta& meta, GroupEntries& base, Base completeness)
    : key_(key), meta_(meta), base_(base), hidden_base_(completeness == Base::kPartly) {
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
  if (operation == ChangeOperation::kRemoveElement) return erase(std::string(rest(in)));
  if (operation != ChangeOperation::kAddElement) {
    return in.fail("operation", "timers are only added and removed");
  }
  const uint32_t n = in.count(1, "timers");
  if (n == 1) return put(std::string(rest(in)), {});
  for (uint32_t i = 0; i < n; ++i) {
    in.mark();
    const bool read = skip(in, *meta_.value);
    const std::string timer(in.since_mark());
    if (!read) return;
    put(timer, {});
  }
}

// key | namespace | ...
void ChangeReplay::change_state(Input& in, ChangeOperation operation) {
  in.mark();
  const bool has_key = skip(in, *key_);
  key_bytes_ = in.since_mark();
  if (!has_key) return;
  const std::optional<std::string> key = read_namespace(in);
  if (!key) return;
  const bool merging = meta_.kind != StateKind::kMap && meta_.kind != StateKind::kValue;
  if (merging && operation == ChangeOperation::kMergeNamespaces) return merge(in, *key);
  switch (meta_.kind) {
    case StateKind::kList:
      return change_list(in, operation, *key);
    case StateKind::kMap:
      return change_map(in, operation, *key);
    case StateKind::kValue:
    case StateKind::kReducing:
    case StateKind::kAggregating:
    case StateKind::kFolding:
      return change_value(in, operation, *key);
    case StateKind::kTimer:
    case StateKind::kOperatorList:
    case StateKind::kUnion:
    case StateKind::kBroadcast:
      return in.fail("state", base::format("a change of {} state", to_string(meta_.kind)));
  }
}

void ChangeReplay::change_value(Input& in, ChangeOperation operation, const std::string& key) {
  switch (operation) {
    case ChangeOperation::kClear:
      return erase(key);
    case ChangeOperation::kSet:
    case ChangeOperation::kSetInternal:
      return put(key, rest(in));
    case ChangeOperation::kAdd:
      rest(in);
      slot(key).pending = true;
      return;
    case ChangeOperation::kMergeNamespaces:
    case ChangeOperation::kAddElement:
    case ChangeOperation::kAddOrUpdateElement:
    case ChangeOperation::kRemoveElement:
      break;
  }
  in.fail("operation", base::format("operation {} does not fit the state", static_cast<int>(operation)));
}

void ChangeReplay::change_list(Input& in, ChangeOperation operation, const std::string& key) {
  if (operation == ChangeOperation::kClear) return erase(key);
  if (operation == ChangeOperation::kAddElement) return append(key, rest(in));
  const bool set = operation == ChangeOperation::kSet || operation == ChangeOperation::kSetInternal;
  if (!set && operation != ChangeOperation::kAdd) {
    return in.fail("operation",
                   base::format("operation {} does not fit a list", static_cast<int>(operation)));
  }
  Sink sink(*this);
  HeapValues values(*key_, meta_, sink);
  switch (values.read_state(in, key)) {
    case Outcome::kRead:
      break;
    case Outcome::kOpaque:
      rest(in);
      slot(key).pending = true;
      return;
    case Outcome::kDamaged:
      return;
  }
  if (!set) return sink.last().empty() ? void() : append(key, sink.last());
  sink.last().empty() ? erase(key) : put(key, sink.last());
}

// add or update: user key | user value; remove: user key; add: the whole map
void ChangeReplay::change_map(Input& in, ChangeOperation operation, const std::string& key) {
  switch (operation) {
    case ChangeOperation::kClear:
      return erase_map(key);
    case ChangeOperation::kRemoveElement:
      return erase(key + std::string(rest(in)));
    case ChangeOperation::kAddElement:
    case ChangeOperation::kAddOrUpdateElement: {
      in.mark();
      const bool read = skip(in, *meta_.user_key);
      const std::string user_key(in.since_mark());
      if (read) put(key + user_key, std::string(1, '\0').append(rest(in)));
      return;
    }
    case ChangeOperation::kAdd: {
      Sink sink(*this);
      HeapValues values(*key_, meta_, sink);
      if (values.read_state(in, key) == Outcome::kOpaque) give_up(values.unreadable());
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
void ChangeReplay::merge(Input& in, const std::string& target) {
  if (!read_namespace(in)) return;
  const uint32_t n = in.count(1, "namespaces");
  std::vector<std::string> sources;
  for (uint32_t i = 0; i < n; ++i) {
    std::optional<std::string> source = read_namespace(in);
    if (!source) return;
    sources.push_back(*std::move(source));
  }
  for (const std::string& source : sources) {
    if (source == target) continue;
    const Slot from = slot(source);
    erase(source);
    Slot& to = slot(target);
    if (from.pending || (to.present && from.present && meta_.kind != StateKind::kList)) {
      to.pending = true;
    } else if (from.present && !to.present && !to.pending) {
      to = from;
    } else if (from.present) {
      append(target, from.value);
    }
  }
}

// A namespace of the key at hand: makes the composite key.
std::optional<std::string> ChangeReplay::read_namespace(Input& in) {
  in.mark();
  const bool read = skip(in, *meta_.name_space);
  const std::string_view name_space = in.since_mark();
  if (!read) return std::nullopt;
  std::string key;
  append_composite_key(key, key_bytes_, name_space, form_);
  return key;
}

// False after damage, and behind a value that cannot be read, with which the whole change is given up.
bool ChangeReplay::skip(Input& in, const Type& type) {
  const Outcome outcome = skip_value(in, type);
  if (outcome == Outcome::kOpaque) give_up(why_unreadable(type));
  return outcome == Outcome::kRead;
}

// All that is left of the change.
std::string_view ChangeReplay::rest(Input& in) {
  const auto start = static_cast<size_t>(in.offset());
  in.skip(payload_.size() - start, "change");
  return payload_.substr(start);
}

// The entry as it is before the change at hand.
ChangeReplay::Slot& ChangeReplay::slot(const std::string& key) {
  const auto [slot, is_new] = slots_.try_emplace(key);
  if (!is_new) return slot->second;
  if (const size_t i = base_.lower_bound(key); i < base_.size() && base_.key(i) == key) {
    slot->second = {true, false, std::string(base_.value(i))};
  } else {
    slot->second.pending = hidden_base_;
  }
  return slot->second;
}

void ChangeReplay::put(const std::string& key, std::string_view value) {
  slots_[key] = {true, false, std::string(value)};
}

void ChangeReplay::append(const std::string& key, std::string_view elements) {
  Slot& list = slot(key);
  if (list.pending) return;
  if (list.present && !list.value.empty()) list.value.push_back(',');
  list.value.append(elements);
  list.present = true;
}

void ChangeReplay::erase(const std::string& key) {
  slots_[key] = {};
}

// All entries of a map have its composite key as a prefix.
void ChangeReplay::erase_map(const std::string& prefix) {
  for (auto i = slots_.lower_bound(prefix); i != slots_.end() && i->first.starts_with(prefix); ++i) {
    i->second = {};
  }
  if (!erased_maps_.insert(prefix).second) return;
  for (size_t i = base_.lower_bound(prefix); i < base_.size() && base_.key(i).starts_with(prefix); ++i) {
    slots_.try_emplace(std::string(base_.key(i)));
  }
}

std::optional<KeyedEntry> ChangeReplay::next(int32_t group) {
  if (!std::exchange(reading_, true)) next_slot_ = slots_.cbegin();
  while (true) {
    const bool has_base = next_base_ < base_.size();
    const bool has_slot = next_slot_ != slots_.cend();
    if (!has_base && !has_slot) return std::nullopt;
    const int order = !has_slot ? -1 : !has_base ? 1 : base_.key(next_base_).compare(next_slot_->first);
    if (order <= 0) ++next_base_;
    if (order < 0) {
      return KeyedEntry{group, base_.key(next_base_ - 1), base_.value(next_base_ - 1), !given_up_.empty()};
    }
    const auto& [key, slot] = *next_slot_++;
    if (slot.present || slot.pending)
      return KeyedEntry{group, key, slot.value, slot.pending || !given_up_.empty()};
  }
}

}  // namespace checkpointfs::state
