// SPDX-License-Identifier: Apache-2.0
// checkpointfs list.
#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include "base/concat.h"
#include "base/human.h"
#include "cli/command.h"
#include "cli/find_index.h"
#include "cli/json.h"
#include "cli/natural_order.h"
#include "cli/options.h"
#include "cli/own_mount.h"
#include "cli/paths.h"
#include "cli/restore_advice.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/update_index.h"
#include "index/reader.h"

namespace json = boost::json;

namespace checkpointfs::cli {
namespace {

struct Row {
  index::Snapshot snapshot;
  uint64_t exclusive_bytes = 0;
};

void add_options(OptionGroup& group) {
  add_index_options(group);
  add_json_option(group);
}

// Where to look: the index, and the directory of its projection below which to list ("" for all).
struct Place {
  FoundIndex found;
  std::string below;
};

Place find_place(const Invocation& invocation) {
  if (invocation.operands.size() == 1) {
    const std::string real = real_path(invocation.operands.front());
    if (const auto mount_point = mount_around(real)) {
      return {find_index(invocation, real, false), within(real, *mount_point).value_or("")};
    }
  }
  FoundIndex found;
  found.options = index_options(invocation, invocation.operands);
  if (found.options.index_file.empty())
    found.options.index_file = index::default_index_file(found.options.sources);
  return {found, ""};
}

std::vector<Row> read_rows(index::Reader& reader, const std::string& below) {
  std::vector<Row> rows;
  reader.snapshots([&](const index::Snapshot& snapshot) {
    if (below.empty() || within(snapshot.path, below)) rows.push_back({snapshot, 0});
  });
  for (Row& row : rows) row.exclusive_bytes = reader.exclusive_bytes(row.snapshot.id);
  std::ranges::sort(rows, natural_less, [](const Row& row) -> std::string_view { return row.snapshot.path; });
  return rows;
}

std::string name_in_text(const index::Snapshot& snapshot) {
  return snapshot.path.empty() ? "." : base::printable(snapshot.path);
}

Table make_table(const std::vector<Row>& rows) {
  using enum Table::Align;
  Table table({{"SNAPSHOT", kLeft, true},
               {"KIND"},
               {"ID", kRight},
               {"FORMAT", kRight},
               {"FILES", kRight},
               {"SIZE", kRight},
               {"EXCLUSIVE", kRight},
               {"STATUS"}});
  for (const auto& [snapshot, exclusive_bytes] : rows) {
    const bool decoded = snapshot.version != 0;
    const auto number = [&](auto value) { return decoded ? base::concat(value) : "-"; };
    table.add({name_in_text(snapshot), decoded ? base::printable(snapshot.kind) : "-",
               number(snapshot.checkpoint_id), number(snapshot.version), number(snapshot.files),
               decoded ? base::human_bytes(snapshot.bytes) : "-",
               decoded ? base::human_bytes(exclusive_bytes) : "-",
               base::concat(to_string(snapshot.status), snapshot.has_changelog ? ", changelog" : "")});
  }
  return table;
}

void print_text(const std::vector<Row>& rows, const index::Totals& totals) {
  if (rows.empty()) {
    std::cout << "no snapshot: no directory here holds a _metadata\n";
    return;
  }
  const size_t width = terminal_width(0);
  make_table(rows).print(std::cout, width);
  std::cout << "\n";
  std::set<std::string_view> advice;
  for (const Row& row : rows) {
    if (row.snapshot.has_changelog) advice.insert(changelog_advice(row.snapshot.version));
    if (row.snapshot.version == 2) advice.insert(kOldFlinkAdvice);
    if (row.snapshot.status == index::SnapshotStatus::kOk) continue;
    std::cout << name_in_text(row.snapshot) << ": " << to_string(row.snapshot.status) << ": "
              << base::printable(row.snapshot.reason) << "\n";
  }
  for (const std::string_view sentence : advice) {
    std::cout << "note: " << wrapped(sentence, 6, width == 0 ? 110 : width) << "\n";
  }
  std::cout << "in all " << base::counted(totals.snapshots, "snapshot") << ", "
            << base::counted(totals.files, "file") << ", " << base::human_bytes(totals.bytes) << "\n";
}

void print_result_json(const std::vector<Row>& rows, const std::string& index_file, index::Reader& reader) {
  json::array snapshots;
  for (const Row& row : rows) snapshots.push_back(snapshot_json(row.snapshot, row.exclusive_bytes));
  print_json(std::cout, json::object{{"index", json_text(index_file)},
                                     {"sources", sources_json(reader.roots())},
                                     {"mappings", mappings_json(reader.mappings())},
                                     {"totals", totals_json(reader.totals())},
                                     {"snapshots", std::move(snapshots)}});
}

ExitCode run(const Invocation& invocation) {
  require_operands(invocation, 1, SIZE_MAX, "SOURCE... or MOUNTPOINT");
  Place place = find_place(invocation);
  if (place.found.mount_point.empty()) refresh_found(place.found, "list", invocation.has("verbose"));
  index::Reader reader(place.found.options.index_file);
  const std::vector<Row> rows = read_rows(reader, place.below);
  if (invocation.has("json")) {
    print_result_json(rows, place.found.options.index_file, reader);
  } else {
    print_text(rows, reader.totals());
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kList = {"list", "SOURCE...|MOUNTPOINT", "list the snapshots of checkpoint storage",
                       &add_options, &run};

}  // namespace checkpointfs::cli
