// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/key_lookup.h"

#include <optional>
#include <string>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "state/encode/encode.h"
#include "state/keyed/composite_key.h"
#include "state/meta/same_types.h"
#include "state/snapshot/key_hash.h"
#include "state/snapshot/state_description.h"
#include "state/snapshot/state_entries.h"

namespace checkpointfs::state {
namespace {

const Type& key_type(const Type& key, const StateMeta& meta) {
  const bool is_timer = meta.kind == StateKind::kTimer && meta.value->members.size() == 2;
  return is_timer ? *meta.value->members.front().type : key;
}

std::string encoded_key(std::string_view json, const Type& type) {
  auto bytes = value_from_json(json, type);
  if (bytes.has_value()) return std::move(*bytes);
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("the key {} is no {}: {}", base::printable(json),
                                   base::printable(to_string(type)), base::printable(bytes.error().reason)));
}

// The beginning of all keys of entries that belong to `key`. Timers begin with their time.
std::string entry_prefix(const std::string& key, const Type& type, const StateMeta& meta) {
  if (meta.kind == StateKind::kTimer) return "";
  std::string prefix;
  append_composite_key(prefix, key, "", key_form(type, *meta.name_space));
  // With lengths, the length of the empty namespace is the last byte.
  if (key_form(type, *meta.name_space) == KeyForm::kWithLengths) prefix.pop_back();
  return prefix;
}

// A longer key may begin with the same bytes.
bool belongs_to(const KeyedEntry& entry, const std::string& key, const Type& type, const StateMeta& meta) {
  if (meta.kind == StateKind::kTimer) {
    const TimerParts parts = split_timer(entry.key, *meta.value);
    return parts.outcome == Outcome::kRead && parts.key == key;
  }
  const KeyParts parts = split_composite_key(entry.key, type, meta);
  return parts.outcome == Outcome::kRead && parts.key == key;
}

// The types of a state in the first handle that has them, and the key in their form.
struct WantedKey {
  TypePtr key;
  StateMeta meta;
  std::string bytes;
  EntryRange range;
};

std::optional<WantedKey> wanted_key(const SnapshotBytes& bytes, const OperatorLayout& layout,
                                    std::string_view state, std::string_view json) {
  const auto description = describe_state(bytes, layout, state);
  if (!description) return std::nullopt;
  WantedKey wanted;
  wanted.key = description->key;
  wanted.meta = description->meta;
  const Type& type = key_type(*wanted.key, wanted.meta);
  wanted.bytes = encoded_key(json, type);
  const int32_t max_parallelism = bytes.metadata().operators[layout.operator_index].max_parallelism;
  if (const auto group = key_group_of(wanted.bytes, type, max_parallelism))
    wanted.range.groups = {*group, *group};
  wanted.range.key_prefix = entry_prefix(wanted.bytes, type, wanted.meta);
  return wanted;
}

}  // namespace

RowsReport write_rows_of_key(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string_view state,
                             std::string_view json, const RowStyle& style, const LineSink& sink) {
  RowsReport report;
  const auto wanted = wanted_key(bytes, layout, state, json);
  if (!wanted) return report;
  report.exists = true;
  KeyedRowWriter writer(flink::operator_label(bytes.metadata().operators[layout.operator_index]), state,
                        style);
  StateEntries entries(bytes, layout, std::string(state), wanted->range);
  std::string line;
  const Type* checked = wanted->key.get();
  for (;;) {
    if (const auto entry = entries.next()) {
      if (checked != &entries.key() && !same_type(entries.key(), *wanted->key)) {
        throw base::Failure(base::FailureKind::kInput, "the subtasks write keys with different serializers");
      }
      checked = &entries.key();
      if (!belongs_to(*entry, wanted->bytes, *wanted->key, wanted->meta)) continue;
      line.clear();
      writer.append(entries.key(), entries.meta(), *entry, line);
      ++report.rows;
      if (!sink(line)) break;
    } else if (entries.problem()) {
      report.problems.push_back(*entries.problem());
    } else {
      break;
    }
  }
  report.hidden = entries.hidden();
  return report;
}

}  // namespace checkpointfs::state
