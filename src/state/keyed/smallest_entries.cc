// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/smallest_entries.h"

#include <algorithm>
#include <utility>

namespace checkpointfs::state {

void SmallestEntries::begin_group() {
  kept_->clear();
  is_selecting_ = has_done_ = has_limit_ = false;
  done_equal_ = seen_equal_ = 0;
  in_order_ = true;
}

void SmallestEntries::begin_pass() {
  const std::string last(kept_->key(kept_->size() - 1));
  const size_t equal = kept_->size() - kept_->lower_bound(last, {});
  done_equal_ = equal + (has_done_ && last == done_ ? done_equal_ : 0);
  done_ = last;
  kept_->clear();
  seen_equal_ = 0;
  has_done_ = is_selecting_ = true;
  has_limit_ = false;
}

bool SmallestEntries::end_pass() {
  const bool was_sorted = kept_->sort();
  if (!is_selecting_) in_order_ = was_sorted;
  return has_limit_;
}

void SmallestEntries::begin_prefix(std::string_view prefix) {
  if (!is_selecting_) return kept_->begin_prefix(prefix);
  prefix_ = prefix;
  is_prefix_kept_ = false;
}

void SmallestEntries::add(std::string_view rest, std::string_view value) {
  if (is_selecting_) {
    if (!is_wanted(rest)) return;
    if (!std::exchange(is_prefix_kept_, true)) kept_->begin_prefix(prefix_);
  }
  kept_->add(rest, value);
  if (kept_->bytes() > budget_ && kept_->size() > 1) drop_largest();
}

bool SmallestEntries::is_wanted(std::string_view rest) {
  if (in_order_ && !has_done_) {
    in_order_ = compare_key(prefix_, rest, previous_) >= 0;
    previous_.assign(prefix_).append(rest);
  }
  if (has_done_) {
    const int order = compare_key(prefix_, rest, done_);
    if (order < 0 || (order == 0 && seen_equal_++ < done_equal_)) return false;
  }
  return !has_limit_ || compare_key(prefix_, rest, limit_) < 0;
}

void SmallestEntries::drop_largest() {
  if (!is_selecting_) {
    prefix_ = kept_->prefix();
    previous_ = kept_->key(kept_->size() - 1);
  }
  const bool was_sorted = kept_->sort();
  if (!is_selecting_) in_order_ = was_sorted;
  const size_t n = kept_->size() / 2;
  limit_ = kept_->key(n);
  auto smallest = std::make_unique<GroupEntries>();
  smallest->add_first(*kept_, n);
  kept_ = std::move(smallest);
  is_selecting_ = has_limit_ = true;
  is_prefix_kept_ = false;
}

}  // namespace checkpointfs::state
