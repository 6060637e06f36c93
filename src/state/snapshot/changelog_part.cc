// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/changelog_part.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/byte_cursor.h"
#include "base/text/message.h"
#include "state/keyed/change_bytes.h"
#include "state/keyed/changelog.h"
#include "state/keyed/replayed_entries.h"
#include "state/snapshot/database_part.h"
#include "state/snapshot/key_group_part.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {
namespace {

constexpr uint64_t kLeastListedChange = 4 + 4;

KeyGroups groups_of(const flink::KeyedHandle& handle) {
  return {handle.first_key_group, handle.first_key_group + (handle.key_groups - 1)};
}

// The materialised entries of one state, handle after handle.
class ChainedEntries : public KeyedEntries {
 public:
  explicit ChainedEntries(std::vector<std::unique_ptr<KeyedEntries>> parts) : parts_(std::move(parts)) {}

  std::optional<KeyedEntry> next() override {
    for (; at_ < parts_.size(); ++at_, merged_gaps_ = 0) {
      auto entry = parts_[at_]->next();
      merge_gaps(parts_[at_]->gaps());
      if (entry) return entry;
      error_ = parts_[at_]->error();
      if (error_) break;
    }
    return std::nullopt;
  }
  const std::optional<base::InputError>& error() const override { return error_; }
  const Gaps& gaps() const override { return gaps_; }

 private:
  void merge_gaps(const Gaps& gaps) {
    for (; merged_gaps_ < gaps.key_groups.size(); ++merged_gaps_) {
      gaps_.add(gaps.key_groups[merged_gaps_], gaps.reason);
    }
  }

  std::vector<std::unique_ptr<KeyedEntries>> parts_;
  size_t at_ = 0;
  std::optional<base::InputError> error_;
  Gaps gaps_;
  size_t merged_gaps_ = 0;  // of the part at hand
};

class ChangelogPart : public KeyedPart {
 public:
  ChangelogPart(KeyGroups groups, TypePtr key, std::vector<StateMeta> states,
                std::vector<std::unique_ptr<KeyedPart>> materialised, std::shared_ptr<const Changelog> log)
      : KeyedPart(key, std::move(states)),
        groups_(groups),
        known_key_(std::move(key)),
        materialised_(std::move(materialised)),
        log_(std::move(log)) {}

  std::unique_ptr<KeyedEntries> entries(size_t state, const EntryRange& range) override {
    const KeyGroups groups = {std::max(range.groups.first, groups_.first),
                              std::min(range.groups.last, groups_.last)};
    std::vector<std::unique_ptr<KeyedEntries>> parts;
    for (const auto& part : materialised_) {
      if (const auto found = part->find(states()[state].name))
        parts.push_back(part->entries(*found, {groups, {}}));
    }
    auto all = replayed_entries(log_, std::make_unique<ChainedEntries>(std::move(parts)), groups, known_key_,
                                states()[state]);
    return entries_with_prefix(std::move(all), range.key_prefix);
  }

 private:
  const KeyGroups groups_;
  const TypePtr known_key_;                                     // null: not known
  const std::vector<std::unique_ptr<KeyedPart>> materialised_;  // in the order of their key groups
  const std::shared_ptr<const Changelog> log_;
};

bool is_change(const flink::KeyedHandle& handle) {
  return flink::form_of(handle.tag) == flink::KeyedForm::kChanges;
}

// int count | count x (int key group | int length | bytes), which the decoder of the metadata has accepted.
ChangeSet listed_changes(const flink::Metadata& metadata, const flink::KeyedHandle& handle) {
  const std::string_view rest = metadata.bytes.substr(handle.detail_offset);
  base::ByteCursor in(rest);
  const uint32_t count = in.count(kLeastListedChange, "changes");
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    in.i32("key_group");
    in.block("change");
  }
  ChangeSet set;
  set.bytes =
      memory_bytes(rest.substr(0, in.offset()), base::format("_metadata at {}", handle.detail_offset));
  set.form = ChangeForm::kList;
  return set;
}

std::vector<ChangeSet> change_sets(const SnapshotBytes& bytes, const flink::KeyedHandle& outer, size_t first,
                                   size_t end) {
  const flink::Metadata& metadata = bytes.metadata();
  std::vector<ChangeSet> sets;
  // Sets of one file share its bytes, by which the log knows that it is one.
  std::map<uint32_t, std::shared_ptr<const StateBytes>> opened;
  const auto add = [&](const flink::KeyedHandle& handle) {
    if (handle.tag == flink::KeyedTag::kChangelogBytes) sets.push_back(listed_changes(metadata, handle));
    for (uint32_t i = handle.first_changelog_file; i < handle.end_changelog_file; ++i) {
      const flink::ChangelogFile& file = metadata.changelog_files[i];
      ChangeSet set;
      set.offset = file.offset;
      if (file.is_inline) {
        set.bytes = bytes.inline_state(file.handle);
      } else {
        auto& shared = opened[bytes.projected_file(file.handle)];
        if (shared == nullptr) shared = bytes.file(file.handle);
        set.bytes = shared;
      }
      sets.push_back(std::move(set));
    }
  };
  if (is_change(outer)) add(outer);
  for (size_t i = first; i < end; ++i) {
    if (is_change(metadata.keyed[i])) add(metadata.keyed[i]);
  }
  return sets;
}

base::Result<std::unique_ptr<KeyedPart>> open_materialised(const SnapshotBytes& bytes,
                                                           const flink::KeyedHandle& handle) {
  switch (flink::form_of(handle.tag)) {
    case flink::KeyedForm::kDatabase:
      return open_database_part(bytes, handle);
    case flink::KeyedForm::kKeyGroups:
      return open_key_group_part(bytes, handle);
    case flink::KeyedForm::kChangelog:
    case flink::KeyedForm::kChanges:
    case flink::KeyedForm::kNone:
      break;
  }
  return base::InputError{0, "materialised", "a changelog in a changelog, which no Flink writes", false};
}

void add_states(std::vector<StateMeta>& all, const std::vector<StateMeta>& more) {
  for (const StateMeta& meta : more) {
    const auto same = [&](const StateMeta& other) { return other.name == meta.name; };
    if (std::ranges::none_of(all, same)) all.push_back(meta);
  }
}

}  // namespace

base::Result<std::unique_ptr<KeyedPart>> open_changelog_part(const SnapshotBytes& bytes,
                                                             const flink::KeyedHandle& handle) {
  const flink::Metadata& metadata = bytes.metadata();
  const auto first = static_cast<size_t>(&handle - metadata.keyed.data()) + 1;
  std::vector<const flink::KeyedHandle*> bases;
  for (size_t i = first; i < handle.end_handle; i = metadata.keyed[i].end_handle) {
    if (!is_change(metadata.keyed[i])) bases.push_back(&metadata.keyed[i]);
  }
  std::stable_sort(bases.begin(), bases.end(),
                   [](const auto* a, const auto* b) { return a->first_key_group < b->first_key_group; });

  std::vector<std::unique_ptr<KeyedPart>> materialised;
  std::vector<StateMeta> states;
  TypePtr key;
  int64_t next_group = 0;
  for (const flink::KeyedHandle* const base : bases) {
    auto part = open_materialised(bytes, *base);
    if (!part.has_value()) return part.error();
    if (*part == nullptr) continue;
    if (base->first_key_group < next_group) {
      return base::InputError{0, "materialised", "the key groups of two handles overlap", false};
    }
    next_group = int64_t{groups_of(*base).last} + 1;
    add_states(states, (*part)->states());
    if (key == nullptr) key = (*part)->key();
    materialised.push_back(std::move(*part));
  }

  auto log = Changelog::read(change_sets(bytes, handle, first, handle.end_handle), writer_of(metadata));
  if (!log.has_value()) return log.error();
  add_states(states, (*log)->states());
  if (key == nullptr) key = (*log)->key();
  return std::unique_ptr<KeyedPart>(std::make_unique<ChangelogPart>(
      groups_of(handle), std::move(key), std::move(states), std::move(materialised), std::move(*log)));
}

}  // namespace checkpointfs::state
