// SPDX-License-Identifier: Apache-2.0
// Entries of one keyed state, in the form of Flink's canonical savepoints, whatever backend wrote them.
//
// KeyedEntries is the form that all readers have in common. composite_key.h makes and takes apart its keys.
// Heap snapshots (heap_key_groups.h, heap_values.h) and full ones (full_key_groups.h) are key-group files
// (key_group_file.h); their entries are brought in order one key group at a time (group_by_group.h), in
// bounded memory (smallest_entries.h, group_entries.h). raw_timers.h has the timers that a RocksDB job keeps
// on the heap. state_counts.h counts entries. The changelog backend writes changes (change_bytes.h), which
// changelog.h finds by key group and replayed_entries.h replays over the entries of a materialised handle
// (change_replay.h, changed_entries.h). Replaying takes the memory of one key group of one state. The folder
// relies on values/values.h for the ends of values, which have no lengths on the heap.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"

namespace checkpointfs::state {

// One entry of a value, list, reducing or aggregating state; one user key of a map; one timer. Views live
// until the next call of next().
struct KeyedEntry {
  int32_t key_group = 0;
  // key | [length] | namespace | [length] | [user key], see CompositeKeySerializationUtils; without the bytes
  // of the key group. Timers: the bytes of TimerSerializer.
  std::string_view key;
  // The value; a list's elements, each but the first after one byte ','; a map's boolean "is null" and user
  // value. Empty for timers. Bytes behind a true "is null" mean nothing; the heap has none.
  std::string_view value;
  // The changelog merges something into this entry that only the job's own function could merge. The value is
  // the one before that; empty if there was none.
  bool pending = false;
};

// An inclusive range.
struct KeyGroups {
  int32_t first = 0;
  int32_t last = -1;
  bool contains(int32_t group) const { return first <= group && group <= last; }
  // No overflow: any two numbers may come from a file.
  uint64_t size() const {
    return last < first ? 0 : static_cast<uint64_t>(int64_t{last} - int64_t{first} + 1);
  }
};

// Key groups some of whose entries are hidden: nobody knows the length of a value that cannot be read, if it
// has no frame.
struct Gaps {
  std::vector<int32_t> key_groups;  // ascending
  std::string reason;               // of the first one

  bool contains(int32_t group) const {
    return std::binary_search(key_groups.begin(), key_groups.end(), group);
  }
  // REQUIRES: `group` is not less than those before.
  void add(int32_t group, std::string_view why) {
    if (key_groups.empty()) reason = why;
    if (!contains(group)) key_groups.push_back(group);
  }
};

// A forward stream of entries in the order of (key group, bytes of the key). next() throws base::SystemError
// if a file cannot be read.
class KeyedEntries {
 public:
  virtual ~KeyedEntries() = default;
  // Nothing: the end, or an error.
  virtual std::optional<KeyedEntry> next() = 0;
  // The damage that ended the stream.
  virtual const std::optional<base::InputError>& error() const = 0;
  // The gaps in the key groups up to now.
  virtual const Gaps& gaps() const {
    static const Gaps kNone;
    return kNone;
  }
};

}  // namespace checkpointfs::state
