// SPDX-License-Identifier: Apache-2.0
#include "cli/state/state_text.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>

#include "base/errors.h"
#include "base/text/message.h"
#include "cli/state/inventory_rows.h"
#include "cli/state/inventory_text.h"
#include "cli/state/opened_snapshot.h"
#include "cli/state/position_rows.h"
#include "cli/state/state_reader.h"
#include "cli/state/position_text.h"
#include "cli/state/reading_process.h"
#include "fs/mount/privileges.h"
#include "fs/state/state_request.h"
#include "index/read/reader.h"
#include "state/snapshot/inventory.h"
#include "state/snapshot/state_layout.h"
#include "state/snapshot/state_rows.h"

namespace checkpointfs::cli {
namespace {

using fs::StateRequest;
using fs::StateText;

constexpr uint64_t kReading = uint64_t{1} << CAP_DAC_READ_SEARCH | uint64_t{1} << CAP_DAC_OVERRIDE;
constexpr int kNiceness = 5;

// SIGIO ends the process when the other end of standard input is closed.
void end_with_starter() {
  ::fcntl(STDIN_FILENO, F_SETOWN, ::getpid());
  ::fcntl(STDIN_FILENO, F_SETFL, O_RDONLY | O_ASYNC);
  pollfd input = {STDIN_FILENO, 0, 0};
  if (::poll(&input, 1, 0) == 1) ::_exit(EXIT_FAILURE);  // it was closed before
}

// If memory is short, the kernel ends this process, not the mount.
void be_dispensable() {
  std::ofstream("/proc/self/oom_score_adj") << "1000\n";
  ::setpriority(PRIO_PROCESS, 0, std::min(::getpriority(PRIO_PROCESS, 0) + kNiceness, 19));
}

index::Snapshot find_shown(index::Reader& reader, const fs::StateSnapshot& shown) {
  const auto snapshot = reader.snapshots().find_by_path(shown.path);
  if (!snapshot || fs::state_snapshot(*snapshot) != shown) {
    throw base::Failure(base::FailureKind::kSource,
                        base::format("snapshot {} is not what it was when it was shown", shown.path));
  }
  return *snapshot;
}

// The part of an operator's state that the text is about.
state::OperatorLayout part_of(state::OperatorLayout layout, StateText text) {
  layout.raw.clear();
  layout.coordinator.reset();
  if (text == StateText::kOperatorState) {
    layout.keyed.clear();
    layout.raw_keyed.clear();
  } else {
    layout.managed.clear();
  }
  return layout;
}

void read_rows(const OpenedSnapshot& snapshot, const StateRequest& request, LineOutput& out) {
  const state::OperatorLayout layout =
      part_of(state::state_layout(snapshot.metadata()).at(request.operator_index), request.text);
  out.doing(base::format("state {} of operator {}", request.state,
                         flink::operator_label(snapshot.metadata().operators[request.operator_index])));
  const state::RowsReport report =
      state::write_state_rows(snapshot.bytes(), layout, request.state, state::EntryRange(), state::RowStyle(),
                              [&](std::string_view line) {
                                out.line(line);
                                return true;
                              });
  out.add_problems(report.problems);
  out.add_hidden(report.hidden);
  if (!report.exists && report.problems.empty()) out.add_problem("no handle has the state");
}

ReadingNotes print_keyed_names(const OpenedSnapshot& snapshot) {
  return print_from_process([&](LineOutput& out) {
    for (const state::OperatorLayout& whole : state::state_layout(snapshot.metadata())) {
      const state::OperatorLayout layout = part_of(whole, StateText::kKeyedNames);
      const state::Inventory inventory =
          state::operator_inventory(snapshot.bytes(), layout, state::Effort::kNone);
      out.add_problems(inventory.problems);
      for (const std::string& name : state::state_names(inventory)) {
        std::string line = fs::to_text({{layout.operator_index, name}});
        line.pop_back();
        out.line(line);
      }
    }
  });
}

ReadingNotes print_text(const OpenedSnapshot& snapshot, const StateRequest& request) {
  switch (request.text) {
    case StateText::kStates: {
      const InventoryRows inventory = read_inventory(snapshot, state::Effort::kTables);
      std::cout << inventory_tsv(inventory.rows);
      return inventory.notes;
    }
    case StateText::kPositions: {
      const PositionRows positions = read_positions(snapshot);
      std::cout << positions_tsv(positions.rows);
      return positions.notes;
    }
    case StateText::kKeyedNames:
      return print_keyed_names(snapshot);
    case StateText::kOperatorState:
    case StateText::kKeyedState:
      break;
  }
  return print_from_process([&](LineOutput& out) { read_rows(snapshot, request, out); });
}

ExitCode print_incomplete(const std::vector<std::string>& notes, ExitCode code) {
  print_outcome({code, notes.size() == 1 ? notes.front()
                                         : base::format("{}, and {} more", notes.front(), notes.size() - 1)});
  return code;
}

}  // namespace

ExitCode print_state_text(const std::vector<std::string>& arguments) {
  end_with_starter();
  be_dispensable();
  const std::optional<fs::StateArguments> wanted = fs::state_arguments(arguments);
  if (!wanted) throw base::Failure(base::FailureKind::kUsage, "only mounts use this command");
  if (fs::can_drop_privileges()) fs::drop_privileges(kReading);
  index::Reader reader(wanted->index_file);
  const OpenedSnapshot snapshot(reader, find_shown(reader, wanted->snapshot));
  const ReadingNotes notes = print_text(snapshot, wanted->request);
  std::cout.flush();
  if (!notes.problems.empty()) return print_incomplete(notes.problems, ExitCode::kInput);
  if (!notes.hidden.empty()) return print_incomplete(notes.hidden, ExitCode::kHidden);
  return ExitCode::kOk;
}

}  // namespace checkpointfs::cli
