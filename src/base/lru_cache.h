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
    while (weight_ > budget_) {
      weight_ -= kept_.back().weight;
      by_key_.erase(kept_.back().key);
      dropped.splice(dropped.end(), kept_, std::prev(kept_.end()));
    }
  }

 private:
  struct Kept {
    Key key;
    Value value;
    uint64_t weight = 0;
  };

  const uint64_t budget_;
  std::mutex mutex_;      // guards what follows; never held across a system call
  std::list<Kept> kept_;  // newest first
  std::map<Key, typename std::list<Kept>::iterator> by_key_;
  uint64_t weight_ = 0;  // of kept_
};

}  // namespace checkpointfs::base
