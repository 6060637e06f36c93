// SPDX-License-Identifier: Apache-2.0
// A hash set of indices into a container that the caller owns; eight bytes an entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace checkpointfs::base {

class OrdinalSet {
 public:
  // The number that was inserted with `hash` and for which `is_it(number)` holds.
  template <typename IsIt>
  std::optional<uint32_t> find(size_t hash, const IsIt& is_it) const {
    if (slots_.empty()) return std::nullopt;
    for (size_t i = first_slot(shortened(hash));; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.number == kFree) return std::nullopt;
      if (slot.hash == shortened(hash) && is_it(slot.number)) return slot.number;
    }
  }

  // REQUIRES: `number` is less than 2^32 - 1, and not in the set with this hash.
  void insert(size_t hash, uint32_t number) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    place({shortened(hash), number});
    ++used_;
  }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t number = kFree;
  };
  static constexpr uint32_t kFree = UINT32_MAX;
  static constexpr size_t kFewest = 16;

  static uint32_t shortened(size_t hash) { return static_cast<uint32_t>(hash ^ hash >> 32); }
  // Neighbouring hashes are spread.
  size_t first_slot(uint32_t hash) const { return (hash * 0x9E3779B97F4A7C15 >> 32) & (slots_.size() - 1); }

  void place(const Slot& slot) {
    size_t i = first_slot(slot.hash);
    while (slots_[i].number != kFree) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }

  void grow() {
    const std::vector<Slot> before =
        std::exchange(slots_, std::vector<Slot>(slots_.empty() ? kFewest : 2 * slots_.size()));
    for (const Slot& slot : before) {
      if (slot.number != kFree) place(slot);
    }
  }

  std::vector<Slot> slots_;  // a power of two, or none; at least half of them free
  size_t used_ = 0;
};

}  // namespace checkpointfs::base
