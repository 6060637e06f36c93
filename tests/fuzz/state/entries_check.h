// SPDX-License-Identifier: Apache-2.0
// Properties of the entries of any keyed state.
#pragma once

#include <cstdint>
#include <string>

#include "base/input_error.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/type.h"

namespace checkpointfs::fuzz {

// Far more than an input of some kilobytes should make.
constexpr uint64_t kMostEntries = 1 << 20;

struct EntriesCheck {
  std::string problem;  // "" if all holds
  uint64_t entries = 0;
  uint64_t bytes = 0;
  bool whole = false;  // neither damage nor a gap
};

// Keys of a heap file were made of parts that could be read, so they can be taken apart again.
enum class KeysAre : uint8_t { kAnyBytes, kMadeOfParts };

// Reads all entries: they are in order, within the key groups, and errors are complete.
EntriesCheck check_entries(state::KeyedEntries& entries, state::KeyGroups groups, const state::Type* key,
                           const state::StateMeta& meta, KeysAre keys);

// A refusal has a field and a reason.
std::string check_error(const base::InputError& error);

}  // namespace checkpointfs::fuzz
