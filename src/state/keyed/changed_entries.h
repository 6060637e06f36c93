// SPDX-License-Identifier: Apache-2.0
// Entries of one key group as changes leave them: the changed ones, over those that were there before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/keyed/group_entries.h"
#include "state/keyed/keyed_entries.h"

namespace checkpointfs::state {

// Keys are a prefix and a rest: a few bytes of a change may name many entries that share a long prefix.
// REQUIRES: no prefix is the beginning of another one.
class ChangedEntries {
 public:
  enum class Base : uint8_t {
    kWhole,
    kPartly,  // some entries of the key group are hidden
  };
  // REQUIRES: `base` is sorted, and outlives the object.
  ChangedEntries(GroupEntries& base, Base completeness);

  struct Entry {
    bool present = false;
    bool pending = false;
    std::string value;
  };

  // The functions below are about the entries with this prefix.
  void choose_prefix(std::string_view prefix);
  // The entry as it is now. Lives until it is erased with all others of its prefix.
  Entry& entry(std::string_view rest);
  void put(std::string_view rest, std::string_view value);
  void erase(std::string_view rest);
  void erase_all();
  // Appends to the elements of a list.
  void append(std::string_view rest, std::string_view elements);

  // The entries in order, `group` in each. REQUIRES: no change follows.
  std::optional<KeyedEntry> next(int32_t group);

 private:
  struct Bucket {
    bool base_erased = false;
    std::map<std::string, Entry, std::less<>> entries;  // by the rest of the key
  };
  using Buckets = std::map<std::string, Bucket, std::less<>>;
  void skip_erased();
  bool find_changed();

  GroupEntries& base_;
  bool hidden_base_;
  std::vector<bool> erased_;  // of base_
  Buckets buckets_;
  Buckets::iterator chosen_;

  // The position of next(): the next entry of base_, and the next changed one.
  bool reading_ = false;
  size_t next_base_ = 0;
  Buckets::const_iterator bucket_;
  std::map<std::string, Entry, std::less<>>::const_iterator next_changed_;
  std::string key_;
};

}  // namespace checkpointfs::state
