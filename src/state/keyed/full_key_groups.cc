// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/full_key_groups.h"

#include <utility>

#include "base/text/message.h"
#include "state/keyed/group_by_group.h"

namespace checkpointfs::state {
namespace {

constexpr uint16_t kEndOfGroup = 0xFFFF;
constexpr uint8_t kLastOfState = 0x80;

StoredInput stored_group(const KeyGroupFile& file, const GroupExtent& extent, bool compressed) {
  const StoredRange range = stored_range(file, extent);
  return compressed ? StoredInput(range, SnappyStart::kIdentifier) : StoredInput(range);
}

// The pairs of one state in one key group, as they stand there.
class StatePairs : public KeyedEntries {
 public:
  // REQUIRES: file and proxy outlive it.
  StatePairs(const KeyGroupFile& file, const GroupExtent& extent, int32_t group, const KeyedProxy& proxy,
             size_t state, size_t prefix_length)
      : group_(group), state_(state), pairs_(file, extent, group, proxy, prefix_length, state) {}

  std::optional<KeyedEntry> next() override {
    while (pairs_.next()) {
      if (pairs_.state() == state_) return KeyedEntry{group_, pairs_.key(), pairs_.value(), false};
    }
    return std::nullopt;
  }
  const std::optional<base::InputError>& error() const override { return pairs_.error(); }

 private:
  int32_t group_;
  size_t state_;
  FullGroup pairs_;
};

class FullEntries : public GroupByGroup {
 public:
  FullEntries(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy, size_t state, size_t prefix_length,
              uint64_t budget)
      : GroupByGroup(std::move(file), budget),
        proxy_(std::move(proxy)),
        state_(state),
        prefix_length_(prefix_length) {}

 private:
  GroupEnd read_group(int32_t group, const GroupExtent& extent, EntrySink& entries) override {
    StatePairs pairs(file(), extent, group, *proxy_, state_, prefix_length_);
    while (const auto pair = pairs.next()) {
      entries.begin_prefix({});
      entries.add(pair->key, pair->value);
    }
    return {pairs.error(), {}};
  }

  // RocksDB writes its entries in order.
  std::unique_ptr<KeyedEntries> read_in_order(int32_t group, const GroupExtent& extent) override {
    return std::make_unique<StatePairs>(file(), extent, group, *proxy_, state_, prefix_length_);
  }

  std::shared_ptr<const KeyedProxy> proxy_;
  size_t state_;
  size_t prefix_length_;
};

}  // namespace

FullGroup::FullGroup(const KeyGroupFile& file, const GroupExtent& extent, int32_t group,
                     const KeyedProxy& proxy, size_t prefix_length, std::optional<size_t> wanted)
    : stored_(stored_group(file, extent, proxy.compressed)),
      group_(group),
      states_(proxy.states.size()),
      prefix_length_(prefix_length),
      wanted_(wanted) {}

bool FullGroup::next() {
  if (error_ || (last_of_state_ && !next_state())) return false;
  read_key();
  read_value();
  if (!in().ok()) error_ = in().error();
  return !error_;
}

bool FullGroup::next_state() {
  const uint64_t offset = in().offset();
  const uint16_t state = in().u16("state");
  if (state == kEndOfGroup) return false;
  if (state >= states_) in().fail(offset, "state", base::format("state {} of {}", state, states_));
  if (!in().ok()) error_ = in().error();
  state_ = state;
  return !error_;
}

void FullGroup::read_key() {
  const uint64_t offset = in().offset();
  const int32_t length = in().i32("key");
  if (length < static_cast<int64_t>(prefix_length_)) {
    in().fail(offset, "key", base::format("a key of {} bytes", length));
  }
  const uint8_t first = in().u8("key");
  last_of_state_ = (first & kLastOfState) != 0;
  int32_t group = first & ~kLastOfState;
  if (prefix_length_ == 2) group = group << 8 | in().u8("key");
  if (in().ok() && group != group_) {
    in().fail(offset, "key", base::format("a key of key group {} in key group {}", group, group_));
  }
  if (!in().ok()) return;
  key_length_ = static_cast<uint64_t>(length) - prefix_length_;
  if (state_ == wanted_) {
    key_.assign(in().bytes(key_length_, "key"));
  } else {
    key_.clear();
    in().skip(key_length_, "key");
  }
}

void FullGroup::read_value() {
  const uint64_t offset = in().offset();
  const int32_t length = in().i32("value");
  if (length < 0) in().fail(offset, "value", base::format("a value of {} bytes", length));
  if (!in().ok()) return;
  value_length_ = static_cast<uint64_t>(length);
  value_ = {};
  if (state_ == wanted_) {
    value_ = in().bytes(value_length_, "value");
  } else {
    in().skip(value_length_, "value");
  }
}

std::unique_ptr<KeyedEntries> full_entries(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy,
                                           size_t state, size_t prefix_length, uint64_t budget) {
  return std::make_unique<FullEntries>(std::move(file), std::move(proxy), state, prefix_length, budget);
}

}  // namespace checkpointfs::state
