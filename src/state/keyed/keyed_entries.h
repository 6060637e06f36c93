// SPDX-License-Identifier: Apache-2.0
// Entries of one keyed state, in the form of Flink's canonical savepoints, whatever backend wrote them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/input_error.h"

namespace checkpointfs::state {

// One entry of a value, list, reducing or aggregating state; one user key of a map; one timer. Views live until
// the next call of next().
struct KeyedEntry {
  int32_t key_group = 0;
  // key | [length] | namespace | [length] | [user key], see CompositeKeySerializationUtils; without the bytes of
  // the key group. Timers: the bytes of TimerSerializer.
  std::string_view key;
  // The value; a list's elements, each but the first after one byte ','; a map's boolean "is null" and user
  // value. Empty for timers.
  std::string_view value;
};

struct KeyGroups {
  int32_t first = 0;
  int32_t last = 0;  // inclusive
  bool contains(int32_t group) const { return first <= group && group <= last; }
};

// A forward stream of entries in the order of (key group, bytes of the key).
class KeyedEntries {
 public:
  virtual ~KeyedEntries() = default;
  // Nothing: the end, or an error.
  virtual std::optional<KeyedEntry> next() = 0;
  // The error that ended the stream: damage, or a value of unknown length in a heap file, which hides the rest
  // of its key group.
  virtual const std::optional<base::InputError>& error() const = 0;
};

}  // namespace checkpointfs::state
