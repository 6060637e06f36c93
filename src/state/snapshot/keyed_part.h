// SPDX-License-Identifier: Apache-2.0
// The keyed state of one handle, whatever backend wrote it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"

namespace checkpointfs::state {

// Entries that a reader wants.
struct EntryRange {
  KeyGroups groups = {0, INT32_MAX};
  std::string key_prefix = {};  // of KeyedEntry::key; "": all
};

// How much is read to know the size of a state.
enum class Effort : uint8_t {
  kNone,    // nothing
  kTables,  // what tables of RocksDB say about themselves, which is an estimate
  kWhole,   // all entries
};

struct StateSize {
  uint64_t entries = 0;
  uint64_t bytes = 0;  // of keys and values; an estimate: of the files
  bool exact = false;  // else an estimate: overwritten and removed entries may count, too
};

class KeyedPart {
 public:
  virtual ~KeyedPart() = default;

  // Opaque if nothing says it.
  const TypePtr& key() const { return key_; }
  const std::vector<StateMeta>& states() const { return states_; }
  std::optional<size_t> find(std::string_view name) const;

  // `state`: into states(). Entries outside of the handle's own key groups are left out. Throws
  // base::SystemError if a file cannot be opened or read. REQUIRES: the part outlives the entries.
  virtual std::unique_ptr<KeyedEntries> entries(size_t state, const EntryRange& range) = 0;
  // Nothing: more effort would tell. Throws base::SystemError.
  virtual base::Result<std::optional<StateSize>> size(size_t state, Effort effort);

 protected:
  // `key`: may be null.
  KeyedPart(TypePtr key, std::vector<StateMeta> states);

 private:
  TypePtr key_;
  std::vector<StateMeta> states_;
};

// Entries with `error`, and none else.
std::unique_ptr<KeyedEntries> failed_entries(base::InputError error);
// Those whose keys begin with `prefix`.
std::unique_ptr<KeyedEntries> entries_with_prefix(std::unique_ptr<KeyedEntries> entries, std::string prefix);

}  // namespace checkpointfs::state
