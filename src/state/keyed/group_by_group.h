// SPDX-License-Identifier: Apache-2.0
// Entries of a file whose key groups have no order inside: reads one key group, sorts it, hands it out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/input_error.h"
#include "state/keyed/group_entries.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"

namespace checkpointfs::state {

// The end of a key group.
struct GroupEnd {
  std::optional<base::InputError> error;  // damage
  std::string hidden;  // else: the reason why the rest of the key group cannot be read; empty: all was read
};

// A subclass reads one kind of file. Memory is bounded by the largest key group of the state.
class GroupByGroup : public KeyedEntries {
 public:
  std::optional<KeyedEntry> next() final;
  const std::optional<base::InputError>& error() const final { return error_; }
  const Gaps& gaps() const final { return gaps_; }

 protected:
  explicit GroupByGroup(KeyGroupFile file) : file_(std::move(file)), next_group_(file_.groups.first) {}
  const KeyGroupFile& file() const { return file_; }
  // Adds the entries of one key group in any order; those before damage, too.
  virtual GroupEnd read_group(int32_t group, const GroupExtent& extent, GroupEntries& entries) = 0;

 private:
  bool load_next_group();

  KeyGroupFile file_;
  int64_t next_group_;
  GroupEntries entries_;
  size_t next_entry_ = 0;
  std::optional<base::InputError> pending_error_;  // behind the entries of this key group
  std::optional<base::InputError> error_;
  Gaps gaps_;
};

}  // namespace checkpointfs::state
