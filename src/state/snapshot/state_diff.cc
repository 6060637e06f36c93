// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/state_diff.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "state/meta/same_types.h"
#include "state/snapshot/state_description.h"
#include "state/snapshot/state_entries.h"

namespace checkpointfs::state {
namespace {

[[noreturn]] void refuse(std::string_view state, std::string_view reason) {
  throw base::Failure(base::FailureKind::kRefused,
                      base::format("cannot compare state {}: {}", base::printable(state), reason));
}

int32_t max_parallelism_of(const DiffSide& side) {
  return side.bytes.metadata().operators[side.layout.operator_index].max_parallelism;
}

std::string label_of_side(const DiffSide& side) {
  return flink::operator_label(side.bytes.metadata().operators[side.layout.operator_index]);
}

bool same_key_types(const StateDescription& a, const StateDescription& b) {
  const auto same = [](const TypePtr& x, const TypePtr& y) {
    return x == y || (x && y && same_type(*x, *y));
  };
  if (a.meta.kind == StateKind::kTimer || b.meta.kind == StateKind::kTimer) {
    return a.meta.kind == b.meta.kind && same(a.meta.value, b.meta.value);
  }
  return same(a.key, b.key) && same(a.meta.name_space, b.meta.name_space) &&
         same(a.meta.user_key, b.meta.user_key);
}

void require_comparable(const DiffSide& earlier, const DiffSide& later, std::string_view state) {
  const auto a = describe_state(earlier.bytes, earlier.layout, state);
  const auto b = describe_state(later.bytes, later.layout, state);
  if (!a || !b) return;
  if (max_parallelism_of(earlier) != max_parallelism_of(later)) {
    refuse(state, base::format("the snapshots have {} and {} key groups (maximum parallelism)",
                               max_parallelism_of(earlier), max_parallelism_of(later)));
  }
  if (a->meta.kind != b->meta.kind) {
    refuse(state,
           base::format("it is of the kinds {} and {}", to_string(a->meta.kind), to_string(b->meta.kind)));
  }
  if (!same_key_types(*a, *b)) refuse(state, "the keys, namespaces or map keys are of different types");
}

// One snapshot's stream, with the entry at hand.
class DiffStream {
 public:
  DiffStream(const DiffSide& side, std::string_view state, const EntryRange& range)
      : entries_(side.bytes, side.layout, std::string(state), range) {
    advance();
  }

  void advance() {
    entry_ = entries_.next();
    if (!entry_ && entries_.problem()) {
      throw base::Failure(base::FailureKind::kInput, *entries_.problem());
    }
  }
  const std::optional<KeyedEntry>& entry() const { return entry_; }
  const StateEntries& entries() const { return entries_; }

 private:
  StateEntries entries_;
  std::optional<KeyedEntry> entry_;
};

// The order of the streams; a stream that has ended stands behind all entries.
int compare_entries(const std::optional<KeyedEntry>& a, const std::optional<KeyedEntry>& b) {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  if (a->key_group != b->key_group) return a->key_group < b->key_group ? -1 : 1;
  return a->key.compare(b->key);
}

// Behind the flag of a null value in a map, backends write different bytes.
bool same_value(const StateMeta& meta, std::string_view a, std::string_view b) {
  const bool both_null = meta.kind == StateKind::kMap && !a.empty() && !b.empty() && a[0] != 0 && b[0] != 0;
  return both_null || a == b;
}

class DiffWriter {
 public:
  DiffWriter(const DiffSide& earlier, const DiffSide& later, std::string_view state, const RowStyle& style,
             const LineSink& sink)
      : earlier_(earlier),
        later_(later),
        state_(state),
        style_(style),
        sink_(sink),
        rows_(label_of_side(later), state, style) {}

  void write_keyed(const EntryRange& range) {
    DiffStream before(earlier_, state_, range);
    DiffStream after(later_, state_, range);
    while (wants_more_ && (before.entry() || after.entry())) {
      const int order = compare_entries(before.entry(), after.entry());
      const int32_t group = (order <= 0 ? before : after).entry()->key_group;
      if (!before.entries().is_hidden(group) && !after.entries().is_hidden(group)) {
        write_difference(order, before, after);
      }
      // The views of an entry live until its stream moves.
      if (order <= 0) before.advance();
      if (order >= 0) after.advance();
    }
    for (const DiffStream* const stream : {&before, &after}) {
      report_.exists |= stream->entries().exists();
      const auto& hidden = stream->entries().hidden();
      report_.hidden.insert(report_.hidden.end(), hidden.begin(), hidden.end());
    }
  }

  void write_operator_state() {
    if (!wants_more_) return;
    const std::vector<std::string> before = operator_lines(earlier_);
    const std::vector<std::string> after = operator_lines(later_);
    auto old = before.begin();
    auto now = after.begin();
    while (wants_more_ && (old != before.end() || now != after.end())) {
      if (old != before.end() && now != after.end() && *old == *now) {
        ++old;
        ++now;
      } else if (now == after.end() || (old != before.end() && *old < *now)) {
        ++report_.removed;
        put("removed", *old++);
      } else {
        ++report_.added;
        put("added", *now++);
      }
    }
  }

  DiffReport take_report() { return std::move(report_); }

 private:
  void write_difference(int order, const DiffStream& before, const DiffStream& after) {
    if (order < 0) {
      ++report_.removed;
      put_entry("removed", before, nullptr);
    } else if (order > 0) {
      ++report_.added;
      put_entry("added", after, nullptr);
    } else if (before.entry()->pending != after.entry()->pending ||
               !same_value(after.entries().meta(), before.entry()->value, after.entry()->value)) {
      ++report_.changed;
      put_entry("changed", after, &before);
    }
  }

  void put_entry(std::string_view change, const DiffStream& stream, const DiffStream* old) {
    const KeyedEntry& entry = *stream.entry();
    OpaqueNames opaque;
    line_ = rows_.head();
    rows_.append_keys(stream.entries().key(), stream.entries().meta(), entry, opaque, line_);
    rows_.append_values(stream.entries().meta(), entry.value, "", opaque, line_);
    if (old != nullptr) {
      rows_.append_values(old->entries().meta(), old->entry()->value, "old_", opaque, line_);
    }
    KeyedRowWriter::append_end(entry, opaque, line_);
    put(change, line_);
  }

  // `line`: as one of a single snapshot.
  void put(std::string_view change, std::string_view line) {
    wants_more_ = sink_(base::format("{{\"diff\":\"{}\",{}", change, line.substr(1)));
  }

  // The lines of operator state, without the subtask, sorted.
  std::vector<std::string> operator_lines(const DiffSide& side) {
    std::vector<std::string> lines;
    for (const uint32_t index : side.layout.managed) {
      const auto handle = open_operator_handle(side.bytes, index);
      if (!handle.has_value()) throw base::Failure(base::FailureKind::kInput, to_string(handle.error()));
      const HandleState* const found = *handle ? (*handle)->find(state_) : nullptr;
      if (found == nullptr) continue;
      report_.exists = true;
      const OperatorRows rows = write_operator_rows(**handle, *found, rows_.head(), std::nullopt, style_,
                                                    [&](std::string_view line) {
                                                      lines.emplace_back(line);
                                                      return true;
                                                    });
      if (rows.error) throw base::Failure(base::FailureKind::kInput, to_string(*rows.error));
      if (!rows.hidden.empty()) report_.hidden.push_back(base::printable(rows.hidden));
      // Each subtask has the same broadcast state.
      if (found->meta->kind == StateKind::kBroadcast && !found->extents.empty()) break;
    }
    std::ranges::sort(lines);
    return lines;
  }

  const DiffSide& earlier_;
  const DiffSide& later_;
  const std::string_view state_;
  const RowStyle& style_;
  const LineSink& sink_;
  KeyedRowWriter rows_;
  DiffReport report_;
  std::string line_;
  bool wants_more_ = true;
};

}  // namespace

DiffReport write_state_diff(const DiffSide& earlier, const DiffSide& later, std::string_view state,
                            const EntryRange& range, const RowStyle& style, const LineSink& sink) {
  require_comparable(earlier, later, state);
  DiffWriter writer(earlier, later, state, style, sink);
  writer.write_keyed(range);
  writer.write_operator_state();
  return writer.take_report();
}

}  // namespace checkpointfs::state
