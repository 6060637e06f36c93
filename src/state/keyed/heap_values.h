// SPDX-License-Identifier: Apache-2.0
// Reads the entries of one state as a heap backend writes them, and makes canonical ones of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/bytes/input.h"
#include "state/keyed/composite_key.h"
#include "state/keyed/group_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/type.h"
#include "state/values/values.h"

namespace checkpointfs::state {

// Values have no lengths on the heap: the first one that cannot be read hides all that follow.
class HeapValues {
 public:
  // REQUIRES: types and sink outlive it.
  HeapValues(const Type& key, const StateMeta& meta, EntrySink& sink);

  // Reads `n` entries: {namespace, key, state} each, or a timer. If not all are kRead, unreadable() says why.
  Outcome read(Input& in, uint32_t n);
  // One state as the state's own serializer writes it: a value, i32 n x element, or i32 n x {user key,
  // boolean is null, value}. `prefix`: the composite key.
  Outcome read_state(Input& in, std::string_view prefix);
  const std::string& unreadable() const { return unreadable_; }

 private:
  Outcome read_entry(Input& in);
  Outcome read_part(Input& in, const Type& type, std::string& out);
  Outcome read_list(Input& in);
  Outcome read_map(Input& in);

  const Type& key_;
  const StateMeta& meta_;
  EntrySink& sink_;
  KeyForm form_;
  std::string prefix_;
  std::string name_space_;
  std::string key_bytes_;
  std::string user_key_;
  std::string value_;
  std::string unreadable_;
};

// The reason why a value of `type` is kOpaque, which the type alone need not show.
std::string why_unreadable(const Type& type);

// Marks `in` as wrong if item number `i` has not moved it, and far too many came before: a few bytes must not
// make billions of items.
void check_item(Input& in, uint64_t start, uint32_t i);

}  // namespace checkpointfs::state
