// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/entries_check.h"

#include <tuple>

#include "state/keyed/composite_key.h"

namespace checkpointfs::fuzz {
namespace {

using namespace state;  // of checkpointfs

std::string check_key(const KeyedEntry& entry, const Type& key, const StateMeta& meta) {
  if (meta.kind == StateKind::kTimer) {
    if (meta.value->kind != TypeKind::kTimer) return {};
    const TimerParts parts = split_timer(entry.key, *meta.value);
    if (parts.outcome != Outcome::kRead) return "a timer of the heap cannot be taken apart";
    std::string again;
    append_timer(again, parts.timestamp, parts.key, parts.name_space);
    return again == entry.key ? "" : "a timer differs from its parts";
  }
  const KeyParts parts = split_composite_key(entry.key, key, meta);
  if (parts.outcome != Outcome::kRead) return "a key of the heap cannot be taken apart";
  std::string again;
  append_composite_key(again, parts.key, parts.name_space, key_form(key, *meta.name_space));
  again += parts.user_key;
  return again == entry.key ? "" : "a key differs from its parts";
}

}  // namespace

std::string check_error(const base::InputError& error) {
  if (error.field.empty()) return "an error without a field: " + error.reason;
  return error.reason.empty() ? "an error without a reason: " + error.field : "";
}

EntriesCheck check_entries(KeyedEntries& entries, KeyGroups groups, const Type* key, const StateMeta& meta,
                           KeysAre keys) {
  EntriesCheck check;
  int32_t last_group = 0;
  std::string last_key;
  while (const auto entry = entries.next()) {
    if (!groups.contains(entry->key_group)) check.problem = "an entry of another key group";
    if (check.entries > 0 &&
        std::tie(entry->key_group, entry->key) < std::tuple(last_group, std::string_view(last_key))) {
      check.problem = "entries are not in order";
    }
    if (keys == KeysAre::kMadeOfParts && check.problem.empty()) check.problem = check_key(*entry, *key, meta);
    if (!check.problem.empty()) return check;
    last_group = entry->key_group;
    last_key = entry->key;
    ++check.entries;
    check.bytes += entry->key.size() + entry->value.size();
    if (check.entries > kMostEntries) check.problem = "too many entries";
    if (!check.problem.empty()) return check;
  }
  if (entries.error()) check.problem = check_error(*entries.error());
  const Gaps& gaps = entries.gaps();
  if (!gaps.key_groups.empty() && gaps.reason.empty()) check.problem = "a gap without a reason";
  check.whole = !entries.error() && gaps.key_groups.empty();
  return check;
}

}  // namespace checkpointfs::fuzz
