// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/replayed_entries.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "state/keyed/change_replay.h"
#include "state/keyed/group_entries.h"
#include "state/meta/same_types.h"

namespace checkpointfs::state {
namespace {

class NoEntries : public KeyedEntries {
 public:
  std::optional<KeyedEntry> next() override { return std::nullopt; }
  const std::optional<base::InputError>& error() const override { return error_; }

 private:
  std::optional<base::InputError> error_;
};

class ReplayedEntries : public KeyedEntries {
 public:
  ReplayedEntries(std::shared_ptr<const Changelog> log, std::unique_ptr<KeyedEntries> materialised,
                  KeyGroups groups, TypePtr key, StateMeta meta)
      : log_(std::move(log)),
        materialised_(std::move(materialised)),
        groups_(groups),
        key_(std::move(key)),
        meta_(std::move(meta)),
        next_group_(std::max(groups.first, 0)) {}

  std::optional<KeyedEntry> next() override;
  const std::optional<base::InputError>& error() const override { return error_; }
  const Gaps& gaps() const override { return gaps_; }

 private:
  const KeyedEntry* peek();
  void load(int32_t group);
  void replay(const Changelog::Run& run);
  void add_materialised_gaps(int32_t group);

  std::shared_ptr<const Changelog> log_;
  std::unique_ptr<KeyedEntries> materialised_;
  KeyGroups groups_;
  TypePtr key_;
  StateMeta meta_;
  int32_t next_group_;                // the log's key groups before it were read
  std::optional<KeyedEntry> peeked_;  // of materialised_
  int32_t group_ = 0;                 // of base_ and replay_
  GroupEntries base_;
  std::optional<ChangeReplay> replay_;
  std::optional<base::InputError> error_;
  Gaps gaps_;
};

std::optional<KeyedEntry> ReplayedEntries::next() {
  while (!error_) {
    if (replay_) {
      if (auto entry = replay_->next(group_)) return entry;
      replay_.reset();
      base_.clear();
    }
    const KeyedEntry* const materialised = peek();
    if (error_) break;
    std::optional<int32_t> changed = log_->next_group(next_group_);
    if (changed && *changed > groups_.last) changed.reset();
    if (!materialised && !changed) {
      add_materialised_gaps(INT32_MAX);
      break;
    }
    if (materialised && (!changed || materialised->key_group < *changed)) {
      add_materialised_gaps(materialised->key_group);
      return std::exchange(peeked_, std::nullopt);
    }
    load(*changed);
  }
  return std::nullopt;
}

// The next materialised entry; null at the end and after damage.
const KeyedEntry* ReplayedEntries::peek() {
  if (!peeked_) peeked_ = materialised_->next();
  if (!peeked_ && materialised_->error()) error_ = materialised_->error();
  return peeked_ ? &*peeked_ : nullptr;
}

// Replays the changes of a key group over its materialised entries.
void ReplayedEntries::load(int32_t group) {
  group_ = group;
  next_group_ = group + 1;
  for (const KeyedEntry* entry = peek(); entry && entry->key_group == group; entry = peek()) {
    base_.add_in_order(entry->key, entry->value);
    peeked_.reset();
  }
  if (error_) return;
  base_.sort();
  const bool hidden = materialised_->gaps().contains(group);
  replay_.emplace(key_.get(), meta_, base_,
                  hidden ? ChangedEntries::Base::kPartly : ChangedEntries::Base::kWhole);
  for (const Changelog::Run& run : log_->runs(group)) {
    if (!error_) replay(run);
  }
  add_materialised_gaps(group);
  if (!replay_->given_up().empty()) gaps_.add(group, replay_->given_up());
}

void ReplayedEntries::replay(const Changelog::Run& run) {
  StoredInput stored = log_->read(run);
  Input& in = stored.in();
  for (uint32_t i = 0; i < run.changes; ++i) {
    const uint64_t offset = in.offset();
    const uint32_t length = in.count(1, "change");
    const std::string_view change = in.bytes(length, "change");
    Input head(change, offset);
    const uint8_t operation = head.u8("operation");
    const uint16_t id = head.u16("state");
    if (in.ok() && !head.ok()) in.fail(offset, "change", "too short");
    const StateMeta* const meta = in.ok() ? log_->state(id, run) : nullptr;
    if (in.ok() && meta == nullptr) {
      in.fail(offset, "state", base::format("state {} was not announced", id));
    }
    if (!in.ok()) break;
    if (meta->name != meta_.name || (meta->kind == StateKind::kTimer) != (meta_.kind == StateKind::kTimer)) {
      continue;
    }
    if (!same_types(*meta, meta_)) {
      replay_->give_up("the log writes the state with other serializers");
      continue;
    }
    constexpr size_t kHead = 3;
    if (const auto error = replay_->apply(operation, change.substr(kHead))) {
      in.fail(offset, "change", to_string(*error));
    }
  }
  if (!in.ok()) error_ = in.error();
}

// Gaps of key groups up to `group`.
void ReplayedEntries::add_materialised_gaps(int32_t group) {
  const Gaps& gaps = materialised_->gaps();
  const int32_t last = gaps_.key_groups.empty() ? -1 : gaps_.key_groups.back();
  auto next = std::upper_bound(gaps.key_groups.begin(), gaps.key_groups.end(), last);
  for (; next != gaps.key_groups.end() && *next <= group; ++next) gaps_.add(*next, gaps.reason);
}

}  // namespace

std::unique_ptr<KeyedEntries> replayed_entries(std::shared_ptr<const Changelog> log,
                                               std::unique_ptr<KeyedEntries> materialised, KeyGroups groups,
                                               TypePtr key, StateMeta meta) {
  if (!materialised) materialised = std::make_unique<NoEntries>();
  return std::make_unique<ReplayedEntries>(std::move(log), std::move(materialised), groups, std::move(key),
                                           std::move(meta));
}

}  // namespace checkpointfs::state
