// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/key_group_file.h"

#include <algorithm>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

bool begins_with_number(const KeyGroupFile& file, const GroupExtent& extent, int32_t group) {
  char number[4] = {};
  if (file.bytes->read(extent.start, number, sizeof number) < sizeof number) return false;
  return Input(std::string_view(number, sizeof number)).i32("key_group") == group;
}

// A full key group of key group 0 and state 0 begins with the zeros that a heap key group 0 begins with.
// Walks it by its lengths: true if it ends where it must.
bool has_full_lengths(const KeyGroupFile& file, const GroupExtent& extent) {
  StoredInput stored(stored_range(file, extent));
  Input& in = stored.in();
  uint16_t state = in.u16("state");
  while (in.ok() && state != 0xFFFF) {
    const int32_t key_length = in.i32("key");
    if (key_length <= 0) return false;
    const uint8_t first = in.u8("key");
    in.skip(static_cast<uint64_t>(key_length) - 1, "key");
    const int32_t value_length = in.i32("value");
    if (value_length < 0 || (first & 0x7F) != 0) return false;
    in.skip(static_cast<uint64_t>(value_length), "value");
    if ((first & 0x80) != 0) state = in.u16("state");
  }
  return in.ok() && (extent.last || in.at_end());
}

}  // namespace

base::Result<std::optional<GroupExtent>> group_extent(const KeyGroupFile& file, int32_t group) {
  const auto fail = [&](std::string reason) {
    return base::InputError{0, "key_group", base::format("key group {}: {}", group, reason), false};
  };
  if (!file.groups.contains(group) || file.offsets.size() != file.groups.size()) {
    return fail("the handle has no offset for it");
  }
  auto next = file.offsets.begin() + (int64_t{group} - file.groups.first);
  if (*next <= file.none) return std::optional<GroupExtent>();
  GroupExtent extent{static_cast<uint64_t>(*next), file.bytes->size(), true};
  if (extent.start >= extent.end) {
    return base::InputError{extent.start, "key_group",
                            base::format("key group {} begins behind the end of the file", group), true};
  }
  next = std::find_if(next + 1, file.offsets.end(), [](int64_t offset) { return offset > 0; });
  if (next == file.offsets.end()) return std::optional(extent);
  if (static_cast<uint64_t>(*next) <= extent.start) return fail("its offset is not before the next one");
  // A file that was cut ends before: its reader finds out.
  extent.last = static_cast<uint64_t>(*next) > extent.end;
  if (!extent.last) extent.end = static_cast<uint64_t>(*next);
  return std::optional(extent);
}

StoredRange stored_range(const KeyGroupFile& file, const GroupExtent& extent) {
  return {file.bytes, extent.start, extent.end - extent.start};
}

uint64_t first_offset(const KeyGroupFile& file) {
  uint64_t first = file.bytes->size();
  for (const int64_t offset : file.offsets) {
    if (offset > 0) first = std::min(first, static_cast<uint64_t>(offset));
  }
  return first;
}

base::Result<KeyGroupForm> key_group_form(const KeyGroupFile& file, const KeyedProxy& proxy) {
  // Key group 0 is not counted.
  uint64_t with_number = 0;
  std::optional<int32_t> without_number;
  for (int64_t i = file.groups.first; i <= file.groups.last; ++i) {
    const auto group = static_cast<int32_t>(i);
    const auto extent = group_extent(file, group);
    if (!extent) return extent.error();
    if (*extent && begins_with_number(file, **extent, group)) {
      if (group != 0) ++with_number;
    } else if (group != 0 || *extent) {
      without_number = group;
    }
  }
  if (with_number > 0 && without_number) {
    return base::InputError{
        0, "key_group", base::format("key group {} does not begin with its number", *without_number), false};
  }
  if (with_number > 0) return KeyGroupForm::kHeap;
  if (without_number || !file.groups.contains(0)) return KeyGroupForm::kFull;
  // Only key group 0 has bytes.
  const auto extent = group_extent(file, 0);
  const bool full = !*extent || (!proxy.compressed && has_full_lengths(file, **extent));
  return full ? KeyGroupForm::kFull : KeyGroupForm::kHeap;
}

}  // namespace checkpointfs::state
