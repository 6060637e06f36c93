// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/raw_timers.h"

#include <cstdint>
#include <utility>

#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "state/keyed/composite_key.h"
#include "state/keyed/group_by_group.h"
#include "state/keyed/heap_values.h"

namespace checkpointfs::state {
namespace {

constexpr std::string_view kVersioned = "\xF1\xCD\x85\x9F";  // PostVersionedIOReadableWritable

TypePtr timer_type(const TypePtr& key, const TypePtr& name_space) {
  auto type = std::make_shared<Type>();
  type->kind = TypeKind::kTimer;
  type->snapshot_class = "org.apache.flink.streaming.api.operators.TimerSerializerSnapshot";
  type->members = {{"key", key}, {"namespace", name_space}};
  return type;
}

// The lists of timers of one key group (InternalTimerServiceSerializationProxy):
//
//   F1 CD 85 9F | i32 2 | i32 n x service
//   service: UTF name | SNAP key | SNAP namespace | list of event timers | list of processing timers
//   list: i32 n x (key | namespace | i64 timestamp)
class TimerLists {
 public:
  TimerLists(Input& in, Writer writer);

  // Moves to the next list. False: the end, or an error. REQUIRES: the list at hand was read.
  bool next();
  const StateMeta& state() const { return state_; }
  // Adds the timers of the list to `entries` if it is not null. If the result is not kRead, unreadable() says
  // why.
  Outcome read(EntrySink* entries);
  const std::string& unreadable() const { return unreadable_; }

 private:
  void read_service();
  Outcome read_part(const Type& type, std::string& out);

  Input& in_;
  Writer writer_;
  uint32_t lists_ = 0;  // left, the one at hand not counted
  std::string service_;
  TypePtr key_;
  TypePtr name_space_;
  StateMeta state_;
  std::string unreadable_;
};

TimerLists::TimerLists(Input& in, Writer writer) : in_(in), writer_(writer) {
  const uint64_t offset = in_.offset();
  if (in_.bytes(kVersioned.size(), "mark") != kVersioned) {
    in_.fail(offset, "mark", "no timers: raw state of an operator has a format of its own");
  }
  if (const int32_t version = in_.i32("version"); in_.ok() && version != 2) {
    in_.fail(offset, "version", base::format("version {} of raw timers", version));
  }
  const uint32_t services = in_.count(16, "services");
  if (services > INT16_MAX) in_.fail(offset, "services", base::format("{} services", services));
  lists_ = in_.ok() ? 2 * services : 0;
}

bool TimerLists::next() {
  if (lists_ == 0 || !in_.ok()) return false;
  const bool event = lists_-- % 2 == 0;
  if (event) read_service();
  if (!in_.ok()) return false;
  state_ = {base::format("_timer_state/{}_{}", event ? "event" : "processing", service_), StateKind::kTimer,
            nullptr, nullptr, timer_type(key_, name_space_)};
  return true;
}

void TimerLists::read_service() {
  const std::string_view name = in_.utf("service");
  service_ = base::utf8_or_as_written(name);
  key_ = read_type(in_, writer_);
  if (in_.ok()) name_space_ = read_type(in_, writer_);
}

Outcome TimerLists::read(EntrySink* entries) {
  const uint32_t n = in_.count(8, "timers");
  std::string key;
  std::string name_space;
  std::string timer;
  for (uint32_t i = 0; i < n && in_.ok(); ++i) {
    if (const Outcome outcome = read_part(*key_, key); outcome != Outcome::kRead) return outcome;
    if (const Outcome outcome = read_part(*name_space_, name_space); outcome != Outcome::kRead)
      return outcome;
    const int64_t timestamp = in_.i64("timestamp");
    if (!in_.ok() || entries == nullptr) continue;
    timer.clear();
    append_timer(timer, timestamp, key, name_space);
    entries->begin_prefix(timer);
    entries->add({}, {});
  }
  return in_.ok() ? Outcome::kRead : Outcome::kDamaged;
}

Outcome TimerLists::read_part(const Type& type, std::string& out) {
  in_.mark();
  const Outcome outcome = skip_value(in_, type);
  out.assign(in_.since_mark());
  if (outcome == Outcome::kOpaque) unreadable_ = why_unreadable(type);
  return outcome;
}

// The file, whose first key group may be at offset 0: nothing stands before it.
KeyGroupFile with_first_group(KeyGroupFile file) {
  file.none = -1;
  return file;
}

class RawTimerEntries : public GroupByGroup {
 public:
  RawTimerEntries(KeyGroupFile file, Writer writer, std::string name)
      : GroupByGroup(with_first_group(std::move(file)), kGroupBudget),
        writer_(writer),
        name_(std::move(name)) {}

 private:
  GroupEnd read_group(int32_t /*group*/, const GroupExtent& extent, EntrySink& entries) override {
    StoredInput input(stored_range(file(), extent));
    TimerLists lists(input.in(), writer_);
    while (lists.next()) {
      const bool wanted = lists.state().name == name_;
      if (lists.read(wanted ? &entries : nullptr) == Outcome::kOpaque) return {{}, lists.unreadable()};
      if (wanted) break;
    }
    if (!input.in().ok()) return {input.in().error(), {}};
    return {};
  }

  Writer writer_;
  std::string name_;
};

}  // namespace

base::Result<RawTimerStates> raw_timer_states(const KeyGroupFile& given, Writer writer) {
  const KeyGroupFile file = with_first_group(given);
  RawTimerStates result;
  for (int64_t group = file.groups.first; group <= file.groups.last; ++group) {
    const auto extent = group_extent(file, static_cast<int32_t>(group));
    if (!extent) return extent.error();
    if (!*extent) continue;
    StoredInput input(stored_range(file, **extent));
    TimerLists lists(input.in(), writer);
    while (lists.next()) {
      result.states.push_back(lists.state());
      if (lists.read(nullptr) == Outcome::kOpaque) {
        result.hidden = lists.unreadable();
        return result;
      }
    }
    if (!input.in().ok()) return input.in().error();
    break;  // each key group has all services
  }
  return result;
}

std::unique_ptr<KeyedEntries> raw_timer_entries(KeyGroupFile file, Writer writer, std::string name) {
  return std::make_unique<RawTimerEntries>(std::move(file), writer, std::move(name));
}

}  // namespace checkpointfs::state
