// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/group_entries.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace checkpointfs::state {
namespace {

constexpr size_t kLongPrefix = 256;

// Compares prefix and rest as one string, without joining them.
int compare_joined(std::string_view left, std::string_view left_rest, std::string_view right,
                   std::string_view right_rest) {
  while (true) {
    if (left.empty()) left = std::exchange(left_rest, {});
    if (right.empty()) right = std::exchange(right_rest, {});
    if (left.empty() || right.empty())
      return static_cast<int>(!left.empty()) - static_cast<int>(!right.empty());
    const size_t n = std::min(left.size(), right.size());
    if (const int order = left.substr(0, n).compare(right.substr(0, n)); order != 0) return order;
    left.remove_prefix(n);
    right.remove_prefix(n);
  }
}

}  // namespace

int compare_key(std::string_view prefix, std::string_view rest, std::string_view key) {
  return compare_joined(prefix, rest, key, {});
}

void GroupEntries::add(std::string_view rest, std::string_view value) {
  entries_.push_back({prefix_, kept(rest), kept(value)});
}

void GroupEntries::add_in_order(std::string_view key, std::string_view value) {
  if (prefix_.size() < kLongPrefix || !key.starts_with(prefix_)) {
    const std::string_view last = entries_.empty() ? std::string_view() : this->key(entries_.size() - 1);
    const auto differ = std::mismatch(last.begin(), last.end(), key.begin(), key.end());
    const auto common = static_cast<size_t>(differ.second - key.begin());
    begin_prefix(common < kLongPrefix ? std::string_view() : key.substr(0, common));
  }
  add(key.substr(prefix_.size()), value);
}

void GroupEntries::add_first(const GroupEntries& other, size_t n) {
  entries_.reserve(n);
  const char* prefix = nullptr;
  for (size_t i = 0; i < n; ++i) {
    const Entry& entry = other.entries_[i];
    if (i == 0 || entry.prefix.data() != prefix) begin_prefix(entry.prefix);
    prefix = entry.prefix.data();
    add(entry.rest, entry.value);
  }
}

bool GroupEntries::sort() {
  const auto less = [](const Entry& a, const Entry& b) { return compare(a, b) < 0; };
  if (std::is_sorted(entries_.begin(), entries_.end(), less)) return true;
  std::stable_sort(entries_.begin(), entries_.end(), less);
  return false;
}

void GroupEntries::clear() {
  entries_ = {};
  prefix_ = {};
  bytes_.release();
  kept_bytes_ = 0;
}

std::string_view GroupEntries::key(size_t i) {
  const Entry& entry = entries_[i];
  if (entry.prefix.empty()) return entry.rest;
  if (entry.rest.empty()) return entry.prefix;
  joined_.assign(entry.prefix).append(entry.rest);
  return joined_;
}

size_t GroupEntries::lower_bound(std::string_view prefix, std::string_view rest) const {
  const auto less = [](const Entry& a, const Entry& b) { return compare(a, b) < 0; };
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), Entry{prefix, rest, {}}, less);
  return static_cast<size_t>(found - entries_.begin());
}

int GroupEntries::compare(const Entry& a, const Entry& b) {
  if (a.prefix.data() == b.prefix.data() && a.prefix.size() == b.prefix.size()) return a.rest.compare(b.rest);
  return compare_joined(a.prefix, a.rest, b.prefix, b.rest);
}

std::string_view GroupEntries::kept(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto* const copy = static_cast<char*>(bytes_.allocate(bytes.size(), 1));
  kept_bytes_ += bytes.size();
  std::memcpy(copy, bytes.data(), bytes.size());
  return {copy, bytes.size()};
}

}  // namespace checkpointfs::state
