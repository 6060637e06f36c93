// SPDX-License-Identifier: Apache-2.0
// A map that keeps what was used last.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace checkpointfs::fs {

// Thread-safe. Each value has a weight; the weights of all that are kept are at most `budget`. For few
// values: they are searched one by one.
template <typename Key, typename Value>
class Recent {
 public:
  explicit Recent(uint64_t budget) : budget_(budget) {}

  std::optional<Value> find(const Key& key) {
    const std::lock_guard lock(mutex_);
    for (auto i = kept_.begin(); i != kept_.end(); ++i) {
      if (i->key != key) continue;
      kept_.splice(kept_.begin(), kept_, i);
      return i->value;
    }
    return std::nullopt;
  }

  // Does nothing if the value is too heavy, or the key is there.
  void keep(const Key& key, Value value, uint64_t weight = 1) {
    std::list<Kept> dropped;  // destroyed outside of the lock
    const std::lock_guard lock(mutex_);
    if (weight > budget_) return;
    for (const Kept& one : kept_) {
      if (one.key == key) return;
    }
    kept_.push_front({key, std::move(value), weight});
    weight_ += weight;
    while (weight_ > budget_) {
      weight_ -= kept_.back().weight;
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
  uint64_t weight_ = 0;   // of kept_
};

}  // namespace checkpointfs::fs
