// SPDX-License-Identifier: Apache-2.0
// checkpointfs list.
#include <iostream>
#include <set>
#include <vector>

#include "base/concat.h"
#include "base/human.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/place.h"
#include "cli/restore_advice.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/usage.h"
#include "index/reader.h"

namespace json = boost::json;

namespace checkpointfs::cli {
namespace {

struct Row {
  index::Snapshot snapshot;
  Usage usage;
};

struct Rows {
  std::vector<Row> rows;
  Usage all;
};

void add_options(OptionGroup& group) {
  add_index_options(group);
  add_json_option(group);
}

Rows read_rows(index::Reader& reader, const Place& place) {
  Rows result;
  std::vector<index::Snapshot> snapshots = snapshots_of(reader, place);
  const Usages of = usages(reader, place.found.options.index_file, snapshots);
  result.all = of.all;
  for (index::Snapshot& snapshot : snapshots) {
    const Usage& usage = of.snapshots.at(snapshot.id);
    result.rows.push_back({std::move(snapshot), usage});
  }
  return result;
}

// Of the snapshots that are listed.
index::Totals totals_of(const Rows& listed) {
  index::Totals totals;
  for (const Row& row : listed.rows) {
    ++totals.snapshots;
    if (!index::is_sound(row.snapshot.status)) ++totals.broken_snapshots;
    totals.projected_bytes += row.snapshot.bytes;
  }
  totals.files = listed.all.files;
  totals.bytes = listed.all.total;
  return totals;
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
  for (const auto& [snapshot, usage] : rows) {
    const bool decoded = snapshot.version != 0;
    const auto number = [&](auto value) { return decoded ? base::concat(value) : "-"; };
    table.add({path_text(snapshot.path), decoded ? base::printable(snapshot.kind) : "-",
               number(snapshot.checkpoint_id), number(snapshot.version), number(snapshot.files),
               decoded ? base::human_bytes(snapshot.bytes + usage.inline_bytes) : "-",
               decoded ? base::human_bytes(usage.own()) : "-",
               base::concat(to_string(snapshot.status), snapshot.has_changelog ? ", changelog" : "")});
  }
  return table;
}

void print_text(const Rows& listed) {
  const std::vector<Row>& rows = listed.rows;
  if (rows.empty()) {  // of a mount whose storage is still empty
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
    std::cout << path_text(row.snapshot.path) << ": " << to_string(row.snapshot.status) << ": "
              << base::printable(row.snapshot.reason) << "\n";
  }
  for (const std::string_view sentence : advice) {
    std::cout << "note: " << wrapped(sentence, 6, width == 0 ? 110 : width) << "\n";
  }
  std::cout << "in all " << base::counted(rows.size(), "snapshot") << ", "
            << base::counted(listed.all.files, "file") << ", " << base::human_bytes(listed.all.all()) << "\n";
}

void print_result_json(const Rows& listed, const std::string& index_file, index::Reader& reader) {
  json::array snapshots;
  for (const Row& row : listed.rows) {
    json::object snapshot = snapshot_json(row.snapshot, row.usage.exclusive);
    snapshot["inline_bytes"] = row.usage.inline_bytes;
    snapshots.push_back(std::move(snapshot));
  }
  json::object totals = totals_json(totals_of(listed));
  totals["inline_bytes"] = listed.all.inline_bytes;
  print_json(std::cout, json::object{{"index", json_text(index_file)},
                                     {"sources", sources_json(reader.roots())},
                                     {"mappings", mappings_json(reader.mappings())},
                                     {"totals", std::move(totals)},
                                     {"snapshots", std::move(snapshots)}});
}

ExitCode run(const Invocation& invocation) {
  const Place place = open_place(invocation, "list");
  if (!place.passed_over.empty()) print_error(place.passed_over);
  index::Reader reader(place.found.options.index_file);
  const Rows listed = read_rows(reader, place);
  require_snapshots(place, listed.rows.size());
  if (invocation.has("json")) {
    print_result_json(listed, place.found.options.index_file, reader);
  } else {
    print_text(listed);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kList = {"list", kPlaceUsage, "list the snapshots of checkpoint storage", &add_options, &run};

}  // namespace checkpointfs::cli
