// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/state_counts.h"

#include <string_view>
#include <utility>

#include "state/keyed/full_key_groups.h"
#include "state/keyed/heap_key_groups.h"
#include "state/keyed/heap_values.h"

namespace checkpointfs::state {
namespace {

class CountingSink : public EntrySink {
 public:
  explicit CountingSink(StateCount& count) : count_(count) {}
  void begin_prefix(std::string_view prefix) override { prefix_ = prefix.size(); }
  void add(std::string_view rest, std::string_view value) override {
    ++count_.entries;
    count_.bytes += prefix_ + rest.size() + value.size();
  }

 private:
  StateCount& count_;
  uint64_t prefix_ = 0;
};

std::optional<base::InputError> count_heap_group(HeapGroup& group, int32_t number, const KeyedProxy& proxy,
                                                 std::vector<StateCount>& counts) {
  std::vector<bool> counted(counts.size());
  while (group.next()) {
    const size_t state = group.state();
    CountingSink sink(counts[state]);
    HeapValues values(*proxy.key, proxy.states[state], sink);
    const Outcome outcome = values.read(group.in(), group.entries());
    if (outcome == Outcome::kDamaged) return group.in().error();
    counted[state] = outcome == Outcome::kRead;
    if (outcome == Outcome::kRead) continue;
    if (proxy.compressed) {
      counts[state].gaps.add(number, values.unreadable());
      counted[state] = true;
      continue;
    }
    for (size_t i = 0; i < counts.size(); ++i) {
      if (!counted[i]) counts[i].gaps.add(number, values.unreadable());
    }
    return std::nullopt;
  }
  return group.error();
}

std::optional<base::InputError> count_full_group(FullGroup& group, std::vector<StateCount>& counts) {
  while (group.next()) {
    StateCount& count = counts[group.state()];
    ++count.entries;
    count.bytes += group.key_length() + group.value_length();
  }
  return group.error();
}

}  // namespace

StateCounts count_states(const KeyGroupFile& file, KeyGroupForm form, const KeyedProxy& proxy,
                         size_t prefix_length) {
  StateCounts result;
  result.states.resize(proxy.states.size());
  for (int64_t i = file.groups.first; i <= file.groups.last && !result.error; ++i) {
    const auto number = static_cast<int32_t>(i);
    const auto extent = group_extent(file, number);
    if (!extent) {
      result.error = extent.error();
    } else if (!*extent) {
      continue;
    } else if (form == KeyGroupForm::kHeap) {
      HeapGroup group(file, **extent, number, proxy);
      result.error = count_heap_group(group, number, proxy, result.states);
    } else {
      FullGroup group(file, **extent, number, proxy, prefix_length, std::nullopt);
      result.error = count_full_group(group, result.states);
    }
  }
  return result;
}

}  // namespace checkpointfs::state
