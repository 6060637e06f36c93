// SPDX-License-Identifier: Apache-2.0
// A cache that drops the values that were not used for the longest time.
#pragma once

#include <cstdint>
#include <iterator>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace checkpointfs::base {

// Thread-safe. Each value has a weight; the weights of all that are kept are at most `budget`.
template <typename Key, typename Value>
class LruCache {
 public:
  explicit LruCache(uint64_t budget) : budget_(budget) {}

  std::optional<Value> find(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->value;
  }

  // Does nothing if the value is too heavy, or the key is there.
  void keep(const Key& key, Value value, uint64_t weight = 1) {
    std::list<Kept> dropped;  // destroyed outside of the lock
    const std::lock_guard lock(mutex_);
    if (weight > budget_ || by_key_.contains(key)) return;
    kept_.push_front({key, std::move(value), weight});
    by_key_.emplace(key, kept_.begin());
    weight_ += weight;
    while (weight_ > budget_) drop(std::prev(kept_.end()), dropped);
  }

  void drop(const Key& key) {
    std::list<Kept> dropped;
    const std::lock_guard lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second, dropped);
  }

 private:
  struct Kept {
    Key key;
    Value value;
    uint64_t weight = 0;
  };
  using Place = typename std::list<Kept>::iterator;

  void drop(Place place, std::list<Kept>& dropped) {
    weight_ -= place->weight;
    by_key_.erase(place->key);
    dropped.splice(dropped.end(), kept_, place);
  }

  const uint64_t budget_;
  std::mutex mutex_;      // guards what follows; never held across a system call
  std::list<Kept> kept_;  // newest first
  std::map<Key, Place> by_key_;
  uint64_t weight_ = 0;  // of kept_
};

}  // namespace checkpointfs::base
