// SPDX-License-Identifier: Apache-2.0
// A bounded cache with two generations: entries used for one snapshot survive the next, as consecutive
// checkpoints of a job share most of their files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

namespace checkpointfs::base {

// A map of bounded size, in generations; what is asked for in a generation lives through the next.
// Found by a Key, or by what Hash and Equal take for one.
template <typename Key, typename Value, typename Hash, typename Equal = std::equal_to<Key>>
class GenerationCache {
 public:
  explicit GenerationCache(size_t max_of_generation) : max_(max_of_generation) {}

  void next_generation() {
    ++now_;
    if (entries_.size() < max_) return;
    std::erase_if(entries_, [this](const auto& entry) { return entry.second.asked_for + 1 < now_; });
  }
  // Valid until the next call.
  template <typename Similar>
  Value* find(const Similar& key) {
    const auto entry = entries_.find(key);
    if (entry == entries_.end()) return nullptr;
    entry->second.asked_for = now_;
    return &entry->second.value;
  }
  // Replaces the value of a key that is known; a full cache takes no new key.
  void put(Key key, Value value) {
    const auto entry = entries_.find(key);
    if (entry != entries_.end()) {
      entry->second = {std::move(value), now_};
    } else if (entries_.size() < 2 * max_) {
      entries_.emplace(std::move(key), Entry{std::move(value), now_});
    }
  }
  void clear() { entries_.clear(); }

 private:
  struct Entry {
    Value value;
    uint64_t asked_for;  // in which generation
  };
  const size_t max_;
  uint64_t now_ = 0;
  std::unordered_map<Key, Entry, Hash, Equal> entries_;
};

}  // namespace checkpointfs::base
