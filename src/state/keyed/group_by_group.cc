// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/group_by_group.h"

#include <utility>

namespace checkpointfs::state {

std::optional<KeyedEntry> GroupByGroup::next() {
  while (next_entry_ == entries_.size()) {
    if (!load_next_group()) return std::nullopt;
  }
  const size_t i = next_entry_++;
  return KeyedEntry{static_cast<int32_t>(next_group_ - 1), entries_.key(i), entries_.value(i), false};
}

// False at the end and after damage.
bool GroupByGroup::load_next_group() {
  entries_.clear();
  next_entry_ = 0;
  if (pending_error_) error_ = std::exchange(pending_error_, std::nullopt);
  if (error_ || next_group_ > file_.groups.last) return false;
  const auto group = static_cast<int32_t>(next_group_++);
  const auto extent = group_extent(file_, group);
  if (!extent) {
    error_ = extent.error();
    return false;
  }
  if (!*extent) return true;
  GroupEnd end = read_group(group, **extent, entries_);
  pending_error_ = std::move(end.error);
  if (!pending_error_ && !end.hidden.empty()) gaps_.add(group, end.hidden);
  entries_.sort();
  return true;
}

}  // namespace checkpointfs::state
