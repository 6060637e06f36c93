// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/operator_rows.h"

#include <algorithm>
#include <utility>

#include "flink/listed_states.h"
#include "state/values/values.h"

namespace checkpointfs::state {
namespace {

// Each takes a byte, but for values without bytes.
constexpr uint64_t kLeastEntry = 1;

void append_bytes(std::string_view bytes, const RowStyle& style, const Type& type, std::string_view name,
                  OpaqueNames& opaque, std::string& line) {
  line += ",\"";
  line += name;
  line += "\":";
  if (style.form == RowForm::kHex) {
    line += '"';
    append_hex(bytes, line);
    line += '"';
  } else if (const auto unreadable = append_framed_json(bytes, type, style.json, line)) {
    opaque.add(*unreadable);
  }
}

OperatorRows write_elements(const OperatorHandle& handle, const HandleState& state, std::string_view head,
                            std::optional<int32_t> subtask, const RowStyle& style, const LineSink& sink) {
  OperatorRows rows;
  std::string line;
  for (const ElementExtent& extent : state.extents) {
    const auto bytes = element_bytes(handle, extent);
    if (!bytes.has_value()) {
      rows.error = bytes.error();
      break;
    }
    OpaqueNames opaque;
    line = head;
    if (subtask) {
      line += ",\"subtask\":";
      append_integer(*subtask, line);
    }
    if (style.fields == RowFields::kAll) {
      append_value_fields(*bytes, *state.meta->value, style, "", opaque, line);
    }
    opaque.append_field(line);
    line += '}';
    if (!sink(line)) {
      rows.wants_more = false;
      break;
    }
  }
  return rows;
}

// The bytes of one value, which has no length: nothing if it cannot be read.
std::optional<std::string> value_bytes(Input& in, const Type& type, Outcome& outcome) {
  in.mark();
  outcome = skip_value(in, type);
  std::string bytes(in.since_mark());
  if (outcome != Outcome::kRead) return std::nullopt;
  return bytes;
}

// int n | n x (key | value)
OperatorRows write_entries(const OperatorHandle& handle, const HandleState& state,
                           const ElementExtent& extent, std::string_view head, const RowStyle& style,
                           const LineSink& sink) {
  OperatorRows rows;
  StoredInput element = element_input(handle, extent);
  Input& in = element.in();
  const uint32_t count = in.count(kLeastEntry, "entries");
  std::string line;
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    Outcome outcome = Outcome::kRead;
    const auto key = value_bytes(in, *state.meta->user_key, outcome);
    const Type& culprit = key ? *state.meta->value : *state.meta->user_key;
    const auto value = key ? value_bytes(in, *state.meta->value, outcome) : std::nullopt;
    if (outcome == Outcome::kOpaque) {
      rows.hidden = to_string(culprit);
      return rows;
    }
    if (!value) break;
    OpaqueNames opaque;
    line = head;
    append_bytes(*key, style, *state.meta->user_key, "map_key", opaque, line);
    if (style.fields == RowFields::kAll) {
      append_value_fields(*value, *state.meta->value, style, "", opaque, line);
    }
    opaque.append_field(line);
    line += '}';
    if (!sink(line)) {
      rows.wants_more = false;
      return rows;
    }
  }
  if (!in.ok()) rows.error = in.error();
  return rows;
}

}  // namespace

base::Result<std::shared_ptr<const OperatorHandle>> open_operator_handle(const SnapshotBytes& bytes,
                                                                         uint32_t index) {
  if (auto opened = bytes.opened().operator_handles.find(index)) return *std::move(opened);
  const flink::OperatorHandle& handle = bytes.metadata().operator_states[index];
  auto content = bytes.only(handle.span);
  std::shared_ptr<const OperatorHandle> opened;
  if (content != nullptr && content->size() != 0) {
    auto read = OperatorHandle::open(std::move(content), flink::listed_states(bytes.metadata(), handle),
                                     writer_of(bytes.metadata()));
    if (!read.has_value()) return read.error();
    opened = std::make_shared<const OperatorHandle>(std::move(*read));
  }
  bytes.opened().operator_handles.keep(index, opened);
  return opened;
}

OperatorRows write_operator_rows(const OperatorHandle& handle, const HandleState& state,
                                 std::string_view head, std::optional<int32_t> subtask, const RowStyle& style,
                                 const LineSink& sink) {
  if (state.meta->kind != StateKind::kBroadcast) {
    return write_elements(handle, state, head, subtask, style, sink);
  }
  if (state.extents.empty()) return {};
  return write_entries(handle, state, state.extents.front(), head, style, sink);
}

}  // namespace checkpointfs::state
