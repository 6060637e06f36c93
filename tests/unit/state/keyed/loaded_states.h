// SPDX-License-Identifier: Apache-2.0
// Keyed state of a snapshot, all of it in memory.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "state/keyed/keyed_entries.h"
#include "state/types/serializer_snapshot.h"
#include "tests/unit/state/fixture_snapshot.h"

namespace checkpointfs::test {

struct LoadedEntry {
  int32_t key_group = 0;
  std::string key;
  std::string value;
  bool pending = false;

  bool operator==(const LoadedEntry&) const = default;
};

// All entries, which must come in the order of key groups and keys. Throws if the stream ends with an error.
std::vector<LoadedEntry> load(state::KeyedEntries& entries);

using LoadedStates = std::map<std::string, std::vector<LoadedEntry>>;  // by the name of the state

// The managed keyed states of all subtasks of a snapshot, by the id of the operator. Throws on damage and
// gaps.
std::map<std::string, LoadedStates> load(const FixtureSnapshot& snapshot);

}  // namespace checkpointfs::test
