// SPDX-License-Identifier: Apache-2.0
// A file of keyed state with an offset for each key group (KeyGroupsStateHandle).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/input_error.h"
#include "state/bytes/state_bytes.h"
#include "state/bytes/stored_input.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/proxies.h"

namespace checkpointfs::state {

struct KeyGroupFile {
  std::shared_ptr<const StateBytes> bytes;
  KeyGroups groups;
  // The offsets of groups.first and those behind it.
  std::vector<int64_t> offsets;
  // The offset of a key group without bytes. A full snapshot has 0 there. Raw keyed state has -1: it begins
  // with its first key group.
  int64_t none = 0;
};

// The bytes of one key group, [start, end).
struct GroupExtent {
  uint64_t start = 0;
  uint64_t end = 0;
  bool last = false;  // ends with the file, which may have bytes behind it
};
// Nothing: the key group has no bytes. An error if its offset is beyond the file or the next one.
base::Result<std::optional<GroupExtent>> group_extent(const KeyGroupFile& file, int32_t group);

// The bytes of one key group as they are stored.
StoredRange stored_range(const KeyGroupFile& file, const GroupExtent& extent);

// The smallest offset of a key group; the file's size without one. No byte from there on belongs to the
// proxy.
uint64_t first_offset(const KeyGroupFile& file);

enum class KeyGroupForm : uint8_t {
  kHeap,  // heap_key_groups.h
  kFull,  // full_key_groups.h
};
// Nothing in the metadata says which form a handle of tag 3 has; the content of all its key groups does.
base::Result<KeyGroupForm> key_group_form(const KeyGroupFile& file, const KeyedProxy& proxy);

}  // namespace checkpointfs::state
