// SPDX-License-Identifier: Apache-2.0
// Keys of entries: key, namespace and user key in one string of bytes.
//
//   key | [length] | namespace | [length] | [user key]
//
// The lengths are there if neither serializer has values of one length. See CompositeKeySerializationUtils
// and SerializedCompositeKeyBuilder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "state/meta/state_meta.h"
#include "state/types/type.h"
#include "state/values/values.h"

namespace checkpointfs::state {

enum class KeyForm : uint8_t {
  kPlain,
  kWithLengths,  // Flink calls such keys ambiguous
};
KeyForm key_form(const Type& key, const Type& name_space);

// Appends the key, or the namespace, as it stands in a composite key.
void append_key_part(std::string& out, std::string_view part, KeyForm form);
// Appends key and namespace.
void append_composite_key(std::string& out, std::string_view key, std::string_view name_space, KeyForm form);

// Views of the parts that could be read.
struct KeyParts {
  Outcome outcome = Outcome::kRead;  // else all views are empty
  std::string_view key;
  std::string_view name_space;
  std::string_view user_key;  // the rest; empty but for maps
};
// Takes the key of an entry of `meta` apart. Only a map may have bytes behind the namespace.
// REQUIRES: `meta` is a keyed state, not a timer.
KeyParts split_composite_key(std::string_view bytes, const Type& key, const StateMeta& meta);

struct TimerParts {
  Outcome outcome = Outcome::kRead;
  int64_t timestamp = 0;  // milliseconds since the epoch
  std::string_view key;
  std::string_view name_space;
};
// Takes a value of TimerSerializer apart. `timer`: its type.
TimerParts split_timer(std::string_view bytes, const Type& timer);
// Appends a value of TimerSerializer.
void append_timer(std::string& out, int64_t timestamp, std::string_view key, std::string_view name_space);

// Bytes of the key group before each key in RocksDB and in full snapshots: 1 or 2.
size_t key_group_prefix_length(int32_t max_parallelism);

}  // namespace checkpointfs::state
