// SPDX-License-Identifier: Apache-2.0
#include "state/keyed/changelog.h"

#include <algorithm>
#include <utility>

#include "base/text/message.h"
#include "state/meta/same_types.h"
#include "state/meta/state_meta_reader.h"

namespace checkpointfs::state {
namespace {

constexpr int32_t kAnnouncements = -1;  // their key group

}  // namespace

base::Result<std::shared_ptr<const Changelog>> Changelog::read(const std::vector<ChangeSet>& sets,
                                                               Writer writer) {
  auto log = std::make_shared<Changelog>();
  log->writer_ = writer;
  for (const ChangeSet& set : sets) {
    std::optional<base::InputError> error =
        set.form == ChangeForm::kFile ? log->add_file(set) : log->add_list(set);
    if (!error) continue;
    error->reason = base::format("{}: {}", set.bytes->name(), error->reason);
    return *std::move(error);
  }
  return std::shared_ptr<const Changelog>(std::move(log));
}

std::optional<base::InputError> Changelog::add_file(const ChangeSet& set) {
  const auto [opened, is_new] = opened_.try_emplace(set.bytes.get(), bytes_.size());
  if (is_new) {
    auto bytes = ChangeBytes::open(set.bytes, set.form);
    if (!bytes) return bytes.error();
    bytes_.push_back(*std::move(bytes));
  }
  if (set.offset < 0) return base::InputError{0, "offset", "negative offset of changes", false};
  StoredInput stored = bytes_[opened->second]->read(static_cast<uint64_t>(set.offset), UINT64_MAX);
  Input& in = stored.in();
  const uint32_t groups = in.count(8, "groups");
  for (uint32_t i = 0; i < groups && in.ok(); ++i) {
    const uint32_t changes = in.count(4, "changes");
    const int32_t group = in.i32("key_group");
    read_changes(in, opened->second, group, changes);
  }
  if (!in.ok()) return in.error();
  return std::nullopt;
}

// int count | count x (int key group | int length | change)
std::optional<base::InputError> Changelog::add_list(const ChangeSet& set) {
  auto bytes = ChangeBytes::open(set.bytes, set.form);
  if (!bytes) return bytes.error();
  bytes_.push_back(*std::move(bytes));
  StoredInput stored =
      bytes_.back()->read(static_cast<uint64_t>(std::max<int64_t>(set.offset, 0)), UINT64_MAX);
  Input& in = stored.in();
  const uint32_t changes = in.count(8, "changes");
  for (uint32_t i = 0; i < changes && in.ok(); ++i) {
    const int32_t group = in.i32("key_group");
    read_changes(in, bytes_.size() - 1, group, 1);
  }
  if (!in.ok()) return in.error();
  return std::nullopt;
}

// Skips changes, but reads announcements.
void Changelog::read_changes(Input& in, size_t bytes, int32_t group, uint32_t changes) {
  const uint64_t start = in.offset();
  if (group < kAnnouncements || group > INT16_MAX) in.fail("key_group", base::format("key group {}", group));
  for (uint32_t i = 0; i < changes && in.ok(); ++i) {
    const uint64_t offset = in.offset();
    const uint32_t length = in.count(1, "change");
    if (group != kAnnouncements) {
      in.skip(length, "change");
    } else if (const std::string_view change = in.bytes(length, "change"); in.ok()) {
      if (const auto error = announce(change)) in.fail(offset, "announcement", to_string(*error));
    }
  }
  if (in.ok() && group != kAnnouncements && changes > 0) {
    runs_[group].push_back({bytes, start, in.offset() - start, changes, announced_});
  }
}

// i8 8 | i32 version | StateMeta | the state's TTL and default value | i16 state | i8 kind
std::optional<base::InputError> Changelog::announce(std::string_view change) {
  Input head(change);
  if (const uint8_t operation = head.u8("operation"); head.ok() && operation != kAnnounceState) {
    return base::InputError{0, "operation", base::format("operation {} announces no state", int{operation}),
                            false};
  }
  if (const int32_t version = head.i32("version"); head.ok() && version != 6 && version != 7) {
    return base::InputError{1, "version", base::format("unknown version {} of a description", version),
                            false};
  }
  if (!head.ok()) return head.error();
  constexpr size_t kHead = 5;
  constexpr size_t kTail = 3;
  StateMetaReader reader(change.substr(kHead), writer_);
  StateMeta meta = reader.state(Follower::kEnd);
  if (!reader.ok()) return reader.error();
  if (change.size() < kHead + kTail) return base::InputError{kHead, "state", "no number", true};
  // Between them may stand Java objects, and a value of any type.
  Input tail(change.substr(change.size() - kTail), change.size() - kTail);
  const uint16_t id = tail.u16("state");
  std::vector<Announcement>& before = announcements_[id];
  if (before.empty() || metas_[before.back().meta].name != meta.name ||
      !same_types(metas_[before.back().meta], meta)) {
    metas_.push_back(std::move(meta));
    before.push_back({announced_, metas_.size() - 1});
  } else {
    metas_[before.back().meta] = std::move(meta);  // it may describe more subclasses
  }
  ++announced_;
  return std::nullopt;
}

std::vector<StateMeta> Changelog::states() const {
  std::vector<StateMeta> states;
  std::map<std::pair<std::string, bool>, size_t> known;
  for (const StateMeta& meta : metas_) {
    const auto [same, is_new] = known.try_emplace({meta.name, meta.kind == StateKind::kTimer}, states.size());
    if (is_new) {
      states.push_back(meta);
    } else {
      states[same->second] = meta;
    }
  }
  return states;
}

TypePtr Changelog::key() const {
  for (const StateMeta& meta : metas_) {
    if (meta.value->kind == TypeKind::kTimer && meta.value->members.size() == 2)
      return meta.value->members[0].type;
  }
  return nullptr;
}

std::optional<int32_t> Changelog::next_group(int32_t from) const {
  const auto found = runs_.lower_bound(from);
  return found == runs_.end() ? std::nullopt : std::optional(found->first);
}

const std::vector<Changelog::Run>& Changelog::runs(int32_t group) const {
  static const std::vector<Run> kNone;
  const auto found = runs_.find(group);
  return found == runs_.end() ? kNone : found->second;
}

const StateMeta* Changelog::state(uint16_t id, const Run& run) const {
  const auto found = announcements_.find(id);
  if (found == announcements_.end()) return nullptr;
  const std::vector<Announcement>& all = found->second;
  const auto behind = std::upper_bound(
      all.begin(), all.end(), run.announced,
      [](uint32_t announced, const Announcement& announcement) { return announced <= announcement.number; });
  return behind == all.begin() ? nullptr : &metas_[(behind - 1)->meta];
}

}  // namespace checkpointfs::state
