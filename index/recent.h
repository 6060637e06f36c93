// SPDX-License-Identifier: Apache-2.0
// What the snapshot before, and this one, needed: consecutive checkpoints of a job share most of their files.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <utility>

namespace checkpointfs::index {

// A map of bounded size with two generations; what is asked for in a generation lives through the next.
// Found by a Key, or by what Hash and Equal take for one.
template <typename Key, typename Value, typename Hash, typename Equal = std::equal_to<Key>>
class Recent {
 public:
  explicit Recent(size_t max_of_generation) : max_(max_of_generation) {}

  void next_generation() {
    old_.swap(young_);
    young_.clear();
  }
  // Valid until the next call.
  template <typename Similar>
  const Value* find(const Similar& key) {
    const auto young = young_.find(key);
    if (young != young_.end()) return &young->second;
    const auto old = old_.find(key);
    if (old == old_.end() || young_.size() >= max_) return nullptr;
    return &young_.insert(old_.extract(old)).position->second;
  }
  void put(Key key, Value value) {
    if (young_.size() < max_) young_.insert_or_assign(std::move(key), std::move(value));
  }
  void clear() {
    young_.clear();
    old_.clear();
  }

 private:
  const size_t max_;
  std::unordered_map<Key, Value, Hash, Equal> young_;
  std::unordered_map<Key, Value, Hash, Equal> old_;
};

}  // namespace checkpointfs::index
