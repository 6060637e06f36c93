// SPDX-License-Identifier: Apache-2.0
// The entries of one key group in the order of their keys, in bounded memory.
//
// A key group may be larger than memory, and most have no order inside. So a large one is read several times:
// each pass keeps the smallest entries of those that no pass before it has kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "state/keyed/group_entries.h"

namespace checkpointfs::state {

class SmallestEntries : public EntrySink {
 public:
  // Keeps about `budget` bytes, and one entry at least.
  explicit SmallestEntries(uint64_t budget) : budget_(budget), kept_(std::make_unique<GroupEntries>()) {}

  void begin_group();
  // REQUIRES: all entries of the key group come again, in the order in which they came before.
  void begin_pass();
  // Sorts the entries of this pass. False: no entry is left for another pass.
  bool end_pass();
  // Tells of the first pass: true if entries came in the order of their keys.
  bool came_in_order() const { return in_order_; }

  void begin_prefix(std::string_view prefix) override;
  void add(std::string_view rest, std::string_view value) override;

  // The entries of the pass, once it has ended.
  GroupEntries& entries() { return *kept_; }

 private:
  bool is_wanted(std::string_view rest);
  void drop_largest();

  const uint64_t budget_;
  std::unique_ptr<GroupEntries> kept_;
  bool is_selecting_ = false;  // else all entries are kept, so far
  // The prefix at hand while selecting.
  std::string prefix_;
  bool is_prefix_kept_ = false;
  // The largest key of the passes before, and how many entries of this key they have had.
  bool has_done_ = false;
  std::string done_;
  uint64_t done_equal_ = 0;
  uint64_t seen_equal_ = 0;  // in this pass
  // Entries from this key on are left for another pass.
  bool has_limit_ = false;
  std::string limit_;
  bool in_order_ = true;
  std::string previous_;  // the key before, as long as in_order_
};

}  // namespace checkpointfs::state
