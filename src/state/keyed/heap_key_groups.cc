// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/heap_key_groups.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "state/keyed/group_by_group.h"
#include "state/keyed/heap_values.h"

namespace checkpointfs::state {
namespace {

// For states that are read only to find the next one.
class NoSink : public EntrySink {
 public:
  void begin_prefix(std::string_view /*prefix*/) override {}
  void add(std::string_view /*rest*/, std::string_view /*value*/) override {}
};

class HeapEntries : public GroupByGroup {
 public:
  HeapEntries(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy, size_t state, uint64_t budget)
      : GroupByGroup(std::move(file), budget), proxy_(std::move(proxy)), state_(state) {}

 private:
  GroupEnd read_group(int32_t group, const GroupExtent& extent, EntrySink& entries) override {
    HeapGroup states(file(), extent, group, *proxy_);
    NoSink none;
    while (states.next()) {
      const bool wanted = states.state() == state_;
      if (!wanted && proxy_->compressed) continue;
      const StateMeta& meta = proxy_->states[states.state()];
      HeapValues values(*proxy_->key, meta, wanted ? entries : none);
      switch (values.read(states.in(), states.entries())) {
        case Outcome::kRead:
          if (wanted) return {};
          break;
        case Outcome::kOpaque:
          return {{}, wanted ? values.unreadable() : hidden_by(meta, values.unreadable())};
        case Outcome::kDamaged:
          return {states.in().error(), {}};
      }
    }
    if (states.error()) return {states.error(), {}};
    return {base::InputError{extent.start, "key_group", "the state is not in the key group", false}, {}};
  }

  static std::string hidden_by(const StateMeta& meta, std::string_view reason) {
    return base::format("state \"{}\" stands before it: {}", meta.name, reason);
  }

  std::shared_ptr<const KeyedProxy> proxy_;
  size_t state_;
};

}  // namespace

HeapGroup::HeapGroup(const KeyGroupFile& file, const GroupExtent& extent, int32_t group,
                     const KeyedProxy& proxy)
    : stored_(stored_range(file, extent)),
      compressed_(proxy.compressed),
      cut_at_next_group_(!extent.last),
      states_(proxy.states.size()) {
  const int32_t number = stored_.in().i32("key_group");
  if (stored_.in().ok() && number != group) {
    stored_.in().fail(extent.start, "key_group", base::format("key group {} begins with {}", group, number));
  }
  if (!stored_.in().ok()) error_ = stored_.in().error();
}

bool HeapGroup::next() {
  if (error_) return false;
  if (read_ == states_) {
    if (!compressed_ && cut_at_next_group_ && !in().at_end()) {
      error_ = base::InputError{in().offset(), "key_group", "bytes are left behind the last state", false};
    }
    return false;
  }
  if (compressed_ && !next_stream()) return false;
  ++read_;
  const uint64_t offset = in().offset();
  const uint16_t state = in().u16("state");
  entries_ = in().count(1, "entries");
  if (in().ok() && state >= states_) {
    in().fail(offset, "state", base::format("state {} of {}", state, states_));
  }
  if (!in().ok()) error_ = in().error();
  state_ = state;
  return !error_;
}

// Goes to the stream of the next state.
bool HeapGroup::next_stream() {
  plain_.reset();
  if (frames_) {
    if (!frames_->next_stream()) {
      error_ = stored_.in().ok()
                   ? base::InputError{stored_.in().offset(), "state", "a state is missing", true}
                   : stored_.in().error();
      return false;
    }
  } else {
    frames_.emplace(stored_.in(), SnappyStart::kIdentifier);
  }
  plain_.emplace(*frames_);
  return true;
}

std::unique_ptr<KeyedEntries> heap_entries(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy,
                                           size_t state, uint64_t budget) {
  return std::make_unique<HeapEntries>(std::move(file), std::move(proxy), state, budget);
}

}  // namespace checkpointfs::state
