// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/key_group_part.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_cursor.h"
#include "state/keyed/composite_key.h"
#include "state/keyed/full_key_groups.h"
#include "state/keyed/heap_key_groups.h"
#include "state/keyed/key_group_file.h"
#include "state/keyed/raw_timers.h"
#include "state/keyed/state_counts.h"
#include "state/meta/proxies.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {
namespace {

KeyGroupFile key_group_file(const SnapshotBytes& bytes, const flink::KeyedHandle& handle) {
  KeyGroupFile file;
  file.bytes = bytes.only(handle.span);
  file.groups = {handle.first_key_group, handle.first_key_group + (handle.key_groups - 1)};
  base::ByteCursor offsets(bytes.metadata().bytes.substr(handle.detail_offset));
  file.offsets.reserve(static_cast<size_t>(handle.key_groups));
  for (int32_t i = 0; i < handle.key_groups; ++i) file.offsets.push_back(offsets.i64("offset"));
  return file;
}

// The file with some of its key groups only.
KeyGroupFile restricted(const KeyGroupFile& file, KeyGroups groups) {
  KeyGroupFile part;
  part.bytes = file.bytes;
  part.groups = {std::max(groups.first, file.groups.first), std::min(groups.last, file.groups.last)};
  if (part.groups.size() == 0) return part;
  const auto first = file.offsets.begin() + (part.groups.first - file.groups.first);
  part.offsets.assign(first, first + static_cast<ptrdiff_t>(part.groups.size()));
  return part;
}

class KeyGroupPart : public KeyedPart {
 public:
  KeyGroupPart(KeyGroupFile file, std::shared_ptr<const KeyedProxy> proxy, KeyGroupForm form,
               size_t prefix_length)
      : KeyedPart(proxy->key, proxy->states),
        file_(std::move(file)),
        proxy_(std::move(proxy)),
        form_(form),
        prefix_length_(prefix_length) {}

  std::unique_ptr<KeyedEntries> entries(size_t state, const EntryRange& range) override {
    KeyGroupFile file = restricted(file_, range.groups);
    auto all = form_ == KeyGroupForm::kHeap ? heap_entries(std::move(file), proxy_, state)
                                            : full_entries(std::move(file), proxy_, state, prefix_length_);
    return entries_with_prefix(std::move(all), range.key_prefix);
  }

  // One pass counts all states.
  base::Result<std::optional<StateSize>> size(size_t state, Effort effort) override {
    if (effort != Effort::kWhole) return std::optional<StateSize>();
    if (!counts_) counts_ = count_states(file_, form_, *proxy_, prefix_length_);
    if (counts_->error) return *counts_->error;
    const StateCount& count = counts_->states[state];
    return std::optional(StateSize{count.entries, count.bytes, count.gaps.key_groups.empty()});
  }

 private:
  const KeyGroupFile file_;
  const std::shared_ptr<const KeyedProxy> proxy_;
  const KeyGroupForm form_;
  const size_t prefix_length_;
  std::optional<StateCounts> counts_;
};

class RawTimerPart : public KeyedPart {
 public:
  RawTimerPart(KeyGroupFile file, Writer writer, TypePtr key, std::vector<StateMeta> timers)
      : KeyedPart(std::move(key), std::move(timers)), file_(std::move(file)), writer_(writer) {}

  std::unique_ptr<KeyedEntries> entries(size_t state, const EntryRange& range) override {
    auto all = raw_timer_entries(restricted(file_, range.groups), writer_, states()[state].name);
    return entries_with_prefix(std::move(all), range.key_prefix);
  }

 private:
  const KeyGroupFile file_;
  const Writer writer_;
};

base::Result<std::unique_ptr<KeyedPart>> open_raw_timers(KeyGroupFile file, Writer writer) {
  auto timers = raw_timer_states(file, writer);
  if (!timers.has_value()) return timers.error();
  TypePtr key;
  if (!timers->states.empty()) key = timers->states.front().value->members.front().type;
  return std::unique_ptr<KeyedPart>(
      std::make_unique<RawTimerPart>(std::move(file), writer, std::move(key), std::move(timers->states)));
}

}  // namespace

base::Result<std::unique_ptr<KeyedPart>> open_key_group_part(const SnapshotBytes& bytes,
                                                             const flink::KeyedHandle& handle) {
  KeyGroupFile file = key_group_file(bytes, handle);
  if (file.bytes == nullptr || file.bytes->size() == 0) return std::unique_ptr<KeyedPart>();
  const Writer writer = writer_of(bytes.metadata());
  if (handle.role == flink::Role::kKeyedRaw) return open_raw_timers(std::move(file), writer);

  auto read = read_keyed_proxy(*file.bytes, first_offset(file), writer);
  if (!read.has_value()) return read.error();
  auto proxy = std::make_shared<const KeyedProxy>(std::move(*read));
  KeyGroupForm form = KeyGroupForm::kFull;
  if (handle.tag != flink::KeyedTag::kSavepointKeyGroups) {
    const auto found = key_group_form(file, *proxy);
    if (!found.has_value()) return found.error();
    form = *found;
  }
  const size_t prefix_length =
      key_group_prefix_length(bytes.metadata().operators[handle.operator_index].max_parallelism);
  return std::unique_ptr<KeyedPart>(
      std::make_unique<KeyGroupPart>(std::move(file), std::move(proxy), form, prefix_length));
}

}  // namespace checkpointfs::state
