// SPDX-License-Identifier: Apache-2.0
#include "cli/state/row_output.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/state/reading_process.h"
#include "state/snapshot/inventory.h"
#include "state/snapshot/key_lookup.h"
#include "state/snapshot/operator_names.h"
#include "state/snapshot/state_diff.h"
#include "state/snapshot/state_layout.h"
#include "state/snapshot/state_rows.h"

namespace checkpointfs::cli {
namespace {

// The operator of a query in one snapshot.
struct QueriedOperator {
  QueriedOperator(const OpenedSnapshot& snapshot, const RowQuery& query) : bytes(snapshot.bytes()) {
    const uint32_t index = state::find_operator(snapshot.metadata(), query.operator_text);
    layout = state::state_layout(snapshot.metadata()).at(index);
    label = flink::operator_label(snapshot.metadata().operators[index]);
    if (query.is_keyed_only()) layout.managed.clear();
  }

  const state::SnapshotBytes& bytes;
  state::OperatorLayout layout;
  std::string label;
};

// Throws Failure(kUsage) if the operator has no state of the query's name, not even in other key groups.
void require_state(const RowQuery& query, const QueriedOperator& of) {
  const std::vector<std::string> names = state::state_names(of.bytes, of.layout);
  if (std::ranges::find(names, query.state) != names.end()) return;
  std::string known;
  for (const std::string& name : names) known += (known.empty() ? "" : ", ") + base::printable(name);
  throw base::Failure(
      base::FailureKind::kUsage,
      base::format("operator {} has no {} {}; it has {}", base::printable(of.label),
                   query.is_keyed_only() ? "keyed state" : "state", base::printable(query.state.value_or("")),
                   known.empty() ? "none" : known));
}

// Prints the lines that a query wants, or counts them. Lives in the process that reads.
class QueriedLines {
 public:
  QueriedLines(const RowQuery& query, LineOutput& out) : query_(query), out_(out), style_(query.style) {
    if (query.output == RowOutput::kCount) style_.fields = state::RowFields::kKeys;
  }

  // Calls `read_state(name)` for each state, until there are enough lines.
  template <typename ReadState>
  void read(const std::vector<std::string>& names, const ReadState& read_state) {
    for (const std::string& name : names) {
      if (is_done()) break;
      out_.doing(base::format("state {} of operator {}", name, query_.operator_text));
      read_state(name);
    }
    if (query_.output == RowOutput::kCount) out_.line(std::to_string(lines_));
  }

  state::LineSink sink() {
    return [this](std::string_view line) {
      ++lines_;
      if (query_.output == RowOutput::kLines) out_.line(line);
      return !is_done();
    };
  }
  const state::RowStyle& style() const { return style_; }

  void add_notes(const std::vector<std::string>& problems, const std::vector<std::string>& hidden) {
    out_.add_problems(problems);
    out_.add_hidden(hidden);
  }

 private:
  bool is_done() const { return query_.limit && lines_ >= *query_.limit; }

  const RowQuery& query_;
  LineOutput& out_;
  state::RowStyle style_;
  uint64_t lines_ = 0;
};

// All states that can be listed; a handle that cannot be read is a problem, even if no other has a state.
std::vector<std::string> listed_states(const QueriedOperator& of, QueriedLines& lines) {
  const state::Inventory inventory = state::operator_inventory(of.bytes, of.layout, state::Effort::kNone);
  lines.add_notes(inventory.problems, {});
  return state::state_names(inventory);
}

void read_rows(const OpenedSnapshot& snapshot, const RowQuery& query, LineOutput& out) {
  const QueriedOperator of(snapshot, query);
  QueriedLines lines(query, out);
  const std::vector<std::string> names = query.state ? std::vector{*query.state} : listed_states(of, lines);
  lines.read(names, [&](const std::string& name) {
    const state::RowsReport report =
        query.key
            ? state::write_rows_of_key(of.bytes, of.layout, name, *query.key, lines.style(), lines.sink())
            : state::write_state_rows(of.bytes, of.layout, name, {query.key_groups, ""}, lines.style(),
                                      lines.sink());
    lines.add_notes(report.problems, report.hidden);
    if (!report.exists && report.problems.empty() && query.state) require_state(query, of);
  });
}

void read_difference(const OpenedSnapshot& earlier, const OpenedSnapshot& later, const RowQuery& query,
                     LineOutput& out) {
  const QueriedOperator before(earlier, query);
  const QueriedOperator after(later, query);
  QueriedLines lines(query, out);
  std::vector<std::string> names;
  if (query.state) {
    names = {*query.state};
  } else {
    names = listed_states(before, lines);
    for (std::string& name : listed_states(after, lines)) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
  }
  lines.read(names, [&](const std::string& name) {
    const state::DiffReport report =
        state::write_state_diff({before.bytes, before.layout}, {after.bytes, after.layout}, name,
                                {query.key_groups, ""}, lines.style(), lines.sink());
    lines.add_notes({}, report.hidden);
    if (!report.exists && query.state) require_state(query, after);
  });
}

}  // namespace

ExitCode print_rows(const OpenedSnapshot& snapshot, const RowQuery& query) {
  return print_notes(print_from_process([&](LineOutput& out) { read_rows(snapshot, query, out); }));
}

ExitCode print_row_difference(const OpenedSnapshot& earlier, const OpenedSnapshot& later,
                              const RowQuery& query) {
  if (query.key) {
    throw base::Failure(base::FailureKind::kUsage, "--diff and --key exclude each other");
  }
  return print_notes(
      print_from_process([&](LineOutput& out) { read_difference(earlier, later, query, out); }));
}

}  // namespace checkpointfs::cli
