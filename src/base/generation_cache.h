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
  // Up to `few` entries, none is forgotten; there are never more than `most`.
  explicit GenerationCache(size_t few) : GenerationCache(few, 2 * few) {}
  GenerationCache(size_t few, size_t most) : few_(few), most_(most) {}

  void next_generation() {
    next_generation([](const Key&, Value&) {});
  }
  // `leaves` gets each entry that is forgotten.
  template <typename Leaves>
  void next_generation(const Leaves& leaves) {
    ++now_;
    if (entries_.size() < few_) return;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (entry->second.asked_for + 1 >= now_) {
        ++entry;
        continue;
      }
      leaves(entry->first, entry->second.value);
      entry = entries_.erase(entry);
    }
  }
  // Valid until the next call.
  template <typename Similar>
  Value* find(const Similar& key) {
    const auto entry = entries_.find(key);
    if (entry == entries_.end()) return nullptr;
    entry->second.asked_for = now_;
    return &entry->second.value;
  }
  bool is_full() const { return entries_.size() >= most_; }
  // Replaces the value of a key that is known; a full cache takes no new key.
  void put(Key key, Value value) {
    const auto entry = entries_.find(key);
    if (entry != entries_.end()) {
      entry->second = {std::move(value), now_};
    } else if (!is_full()) {
      entries_.emplace(std::move(key), Entry{std::move(value), now_});
    }
  }
  void clear() { entries_.clear(); }
  template <typename Leaves>
  void clear(const Leaves& leaves) {
    for (auto& [key, entry] : entries_) leaves(key, entry.value);
    entries_.clear();
  }

 private:
  struct Entry {
    Value value;
    uint64_t asked_for;  // in which generation
  };
  const size_t few_;
  const size_t most_;
  uint64_t now_ = 0;
  std::unordered_map<Key, Entry, Hash, Equal> entries_;
};

}  // namespace checkpointfs::base
