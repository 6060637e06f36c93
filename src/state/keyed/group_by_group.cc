// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/group_by_group.h"

#include <utility>

namespace checkpointfs::state {

std::optional<KeyedEntry> GroupByGroup::next() {
  for (;;) {
    if (in_order_ != nullptr) {
      if (auto entry = in_order_->next()) return entry;
      pending_error_ = in_order_->error();
      in_order_.reset();
    }
    if (next_entry_ < sorted_.entries().size()) break;
    if (!load()) return std::nullopt;
  }
  const size_t i = next_entry_++;
  return KeyedEntry{group(), sorted_.entries().key(i), sorted_.entries().value(i), false};
}

// False at the end and after damage.
bool GroupByGroup::load() {
  if (rest_of_) {
    load_rest();
    return true;
  }
  sorted_.begin_group();
  next_entry_ = 0;
  if (pending_error_) error_ = std::exchange(pending_error_, std::nullopt);
  if (error_ || next_group_ > file_.groups.last) return false;
  return load_next_group();
}

bool GroupByGroup::load_next_group() {
  ++next_group_;
  const auto extent = group_extent(file_, group());
  if (!extent) {
    error_ = extent.error();
    return false;
  }
  if (*extent) read(**extent);
  return true;
}

// Reads the key group at hand once more.
void GroupByGroup::load_rest() {
  const GroupExtent extent = *std::exchange(rest_of_, std::nullopt);
  const size_t handed_out = std::exchange(next_entry_, 0);
  if (sorted_.came_in_order()) in_order_ = read_in_order(group(), extent);
  if (in_order_ == nullptr) {
    sorted_.begin_pass();
    return read(extent);
  }
  sorted_.begin_group();
  for (size_t i = 0; i < handed_out; ++i) in_order_->next();
}

void GroupByGroup::read(const GroupExtent& extent) {
  GroupEnd end = read_group(group(), extent, sorted_);
  pending_error_ = std::move(end.error);
  if (!pending_error_ && !end.hidden.empty()) gaps_.add(group(), end.hidden);
  if (sorted_.end_pass()) rest_of_ = extent;
}

}  // namespace checkpointfs::state
