// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/changed_entries.h"

#include <utility>

namespace checkpointfs::state {

ChangedEntries::ChangedEntries(GroupEntries& base, Base completeness)
    : base_(base),
      hidden_base_(completeness == Base::kPartly),
      erased_(base.size()),
      chosen_(buckets_.end()) {}

void ChangedEntries::choose_prefix(std::string_view prefix) {
  chosen_ = buckets_.find(prefix);
  if (chosen_ == buckets_.end()) chosen_ = buckets_.emplace(prefix, Bucket()).first;
}

ChangedEntries::Entry& ChangedEntries::entry(std::string_view rest) {
  auto& [prefix, bucket] = *chosen_;
  const auto found = bucket.entries.find(rest);
  if (found != bucket.entries.end()) return found->second;
  Entry& entry = bucket.entries[std::string(rest)];
  const size_t i = base_.lower_bound(prefix, rest);
  if (i < base_.size() && !erased_[i] && base_.compare(i, prefix, rest) == 0) {
    entry = {true, false, std::string(base_.value(i))};
  } else {
    entry.pending = hidden_base_ && !bucket.base_erased;
  }
  return entry;
}

void ChangedEntries::put(std::string_view rest, std::string_view value) {
  chosen_->second.entries.insert_or_assign(std::string(rest), Entry{true, false, std::string(value)});
}

void ChangedEntries::erase(std::string_view rest) {
  chosen_->second.entries.insert_or_assign(std::string(rest), Entry());
}

void ChangedEntries::erase_all() {
  auto& [prefix, bucket] = *chosen_;
  bucket.entries.clear();
  if (std::exchange(bucket.base_erased, true)) return;
  for (size_t i = base_.lower_bound(prefix, {}); i < base_.size() && base_.key(i).starts_with(prefix); ++i) {
    erased_[i] = true;
  }
}

void ChangedEntries::append(std::string_view rest, std::string_view elements) {
  Entry& list = entry(rest);
  if (list.pending) return;
  if (list.present && !list.value.empty()) list.value.push_back(',');
  list.value.append(elements);
  list.present = true;
}

std::optional<KeyedEntry> ChangedEntries::next(int32_t group) {
  if (!std::exchange(reading_, true)) {
    bucket_ = buckets_.cbegin();
    if (bucket_ != buckets_.cend()) next_changed_ = bucket_->second.entries.cbegin();
  }
  while (true) {
    skip_erased();
    const bool has_base = next_base_ < base_.size();
    const bool has_changed = find_changed();
    if (!has_base && !has_changed) return std::nullopt;
    const int order = !has_changed ? -1
                      : !has_base  ? 1
                                   : base_.compare(next_base_, bucket_->first, next_changed_->first);
    if (order <= 0) ++next_base_;
    if (order < 0) return KeyedEntry{group, base_.key(next_base_ - 1), base_.value(next_base_ - 1), false};
    const auto& [rest, entry] = *next_changed_++;
    if (!entry.present && !entry.pending) continue;
    key_.assign(bucket_->first).append(rest);
    return KeyedEntry{group, key_, entry.value, entry.pending};
  }
}

void ChangedEntries::skip_erased() {
  while (next_base_ < base_.size() && erased_[next_base_]) ++next_base_;
}

// Moves to the next bucket at the end of one. False behind the last one.
bool ChangedEntries::find_changed() {
  while (bucket_ != buckets_.cend() && next_changed_ == bucket_->second.entries.cend()) {
    if (++bucket_ != buckets_.cend()) next_changed_ = bucket_->second.entries.cbegin();
  }
  return bucket_ != buckets_.cend();
}

}  // namespace checkpointfs::state
