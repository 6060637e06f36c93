// SPDX-License-Identifier: Apache-2.0
// Entries of a file whose key groups have no order inside: reads one key group, sorts it, hands it out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/input_error.h"
#include "state/keyed/group_entries.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"
#include "state/keyed/smallest_entries.h"

namespace checkpointfs::state {

// The memory for entries of one key group.
inline constexpr uint64_t kGroupBudget = uint64_t{32} << 20;

// The end of a key group.
struct GroupEnd {
  std::optional<base::InputError> error;  // damage
  std::string hidden;  // else: the reason why the rest of the key group cannot be read; empty: all was read
};

// A subclass reads one kind of file. A key group that is larger than the budget is read several times.
class GroupByGroup : public KeyedEntries {
 public:
  std::optional<KeyedEntry> next() final;
  const std::optional<base::InputError>& error() const final { return error_; }
  const Gaps& gaps() const final { return gaps_; }

 protected:
  GroupByGroup(KeyGroupFile file, uint64_t budget)
      : file_(std::move(file)), next_group_(file_.groups.first), sorted_(budget) {}
  const KeyGroupFile& file() const { return file_; }
  // Adds the entries of one key group in any order; those before damage, too.
  virtual GroupEnd read_group(int32_t group, const GroupExtent& extent, EntrySink& entries) = 0;
  // The entries of a key group in the order of the file. Null: the kind of file has no order inside.
  virtual std::unique_ptr<KeyedEntries> read_in_order(int32_t /*group*/, const GroupExtent& /*extent*/) {
    return nullptr;
  }

 private:
  bool load();
  bool load_next_group();
  void load_rest();
  void read(const GroupExtent& extent);
  int32_t group() const { return static_cast<int32_t>(next_group_ - 1); }

  KeyGroupFile file_;
  int64_t next_group_;
  SmallestEntries sorted_;
  size_t next_entry_ = 0;                          // of sorted_
  std::optional<GroupExtent> rest_of_;             // the key group at hand has more entries than sorted_
  std::unique_ptr<KeyedEntries> in_order_;         // hands out the rest of the key group at hand
  std::optional<base::InputError> pending_error_;  // behind the entries of this key group
  std::optional<base::InputError> error_;
  Gaps gaps_;
};

}  // namespace checkpointfs::state
