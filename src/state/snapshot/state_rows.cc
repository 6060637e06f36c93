// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/state_rows.h"

#include <optional>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "state/snapshot/state_entries.h"

namespace checkpointfs::state {
namespace {

// Writes one state; keeps what goes on.
class StateRowsWriter {
 public:
  StateRowsWriter(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string_view state,
                  const RowStyle& style, const LineSink& sink)
      : bytes_(bytes),
        layout_(layout),
        state_(state),
        style_(style),
        sink_(sink),
        label_(flink::operator_label(bytes.metadata().operators[layout.operator_index])) {}

  void write_keyed(const EntryRange& range) {
    KeyedRowWriter writer(label_, state_, style_);
    StateEntries entries(bytes_, layout_, std::string(state_), range);
    std::string line;
    while (wants_more_) {
      if (const auto entry = entries.next()) {
        line.clear();
        writer.append(entries.key(), entries.meta(), *entry, line);
        put(line);
      } else if (entries.problem()) {
        report_.problems.push_back(*entries.problem());
      } else {
        break;
      }
    }
    report_.exists |= entries.exists();
    report_.hidden.insert(report_.hidden.end(), entries.hidden().begin(), entries.hidden().end());
  }

  void write_operator_state() {
    for (const uint32_t index : layout_.managed) {
      const int32_t subtask = bytes_.metadata().operator_states[index].subtask;
      try {
        const bool is_done = write_handle(index, subtask);
        if (is_done || !wants_more_) return;
      } catch (const base::SystemError& e) {
        add_problem(subtask, e.what());
      }
    }
  }

  RowsReport take_report() { return std::move(report_); }

 private:
  bool put(std::string_view line) {
    ++report_.rows;
    wants_more_ = sink_(line);
    return wants_more_;
  }

  // True: the other subtasks have nothing else, as it is a broadcast state.
  bool write_handle(uint32_t index, int32_t subtask) {
    const auto handle = open_operator_handle(bytes_, index);
    if (!handle.has_value()) {
      add_problem(subtask, to_string(handle.error()));
      return false;
    }
    const HandleState* const state = *handle ? (*handle)->find(state_) : nullptr;
    if (state == nullptr) return false;
    report_.exists = true;
    const OperatorRows rows = write_operator_rows(**handle, *state, row_head(label_, state_), subtask, style_,
                                                  [this](std::string_view line) { return put(line); });
    if (!rows.hidden.empty()) {
      report_.hidden.push_back(
          base::format("subtask {}: entries behind one of type {}", subtask, base::printable(rows.hidden)));
    }
    if (rows.error) add_problem(subtask, to_string(*rows.error));
    return state->meta->kind == StateKind::kBroadcast && !state->extents.empty() && !rows.error;
  }

  void add_problem(int32_t subtask, std::string_view reason) {
    report_.problems.push_back(base::format("operator {}, subtask {}, operator state: {}",
                                            base::printable(label_), subtask, base::printable(reason)));
  }

  const SnapshotBytes& bytes_;
  const OperatorLayout& layout_;
  const std::string_view state_;
  const RowStyle& style_;
  const LineSink& sink_;
  const std::string label_;
  RowsReport report_;
  bool wants_more_ = true;
};

}  // namespace

RowsReport write_state_rows(const SnapshotBytes& bytes, const OperatorLayout& layout, std::string_view state,
                            const EntryRange& range, const RowStyle& style, const LineSink& sink) {
  StateRowsWriter writer(bytes, layout, state, style, sink);
  writer.write_keyed(range);
  writer.write_operator_state();
  return writer.take_report();
}

}  // namespace checkpointfs::state
