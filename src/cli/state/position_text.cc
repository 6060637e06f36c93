// SPDX-License-Identifier: Apache-2.0
#include "cli/state/position_text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/state/tsv.h"

namespace checkpointfs::cli {
namespace {

using enum Table::Align;
using Group = std::vector<const PositionRow*>;

constexpr size_t kGroupIndent = 2;

std::string optional_number(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "";
}

// "3", "unassigned", "assigned 3".
std::string subtask_cell(const PositionRow& row) {
  const std::string number = optional_number(row.subtask);
  if (row.place == "reader") return number;
  return number.empty() ? row.place : base::format("{} {}", row.place, number);
}

struct Column {
  Table::Column table;
  std::string (*cell)(const PositionRow& row);
};

std::vector<Column> columns() {
  return {{{"TOPIC", kLeft, true}, [](const PositionRow& row) { return row.topic; }},
          {{"PARTITION", kLeft, true}, [](const PositionRow& row) { return value_text(row.partition); }},
          {{"OFFSET", kRight, true}, [](const PositionRow& row) { return value_text(row.offset); }},
          {{"STOP", kRight, true}, [](const PositionRow& row) { return value_text(row.stopping_offset); }},
          {{"BYTES", kLeft, true}, [](const PositionRow& row) { return row.bytes; }},
          {{"RECORDS", kRight}, [](const PositionRow& row) { return optional_number(row.records); }},
          {{"VERSION", kRight}, [](const PositionRow& row) { return optional_number(row.version); }},
          {{"SUBTASK", kRight}, &subtask_cell}};
}

bool is_same_group(const PositionRow& a, const PositionRow& b) {
  return a.operator_id == b.operator_id && a.connector == b.connector && a.cluster == b.cluster &&
         a.source == b.source;
}

// In the order of their first rows.
std::vector<Group> groups_of(const std::vector<PositionRow>& rows) {
  std::vector<Group> groups;
  for (const PositionRow& row : rows) {
    // Most rows belong to the last group.
    const auto found = std::find_if(groups.rbegin(), groups.rend(),
                                    [&](const Group& group) { return is_same_group(*group.front(), row); });
    if (found != groups.rend()) {
      found->push_back(&row);
    } else {
      groups.push_back({&row});
    }
  }
  return groups;
}

std::string group_heading(const Group& group) {
  const PositionRow& row = *group.front();
  std::string text = base::printable(row.operator_label);
  if (row.operator_label != row.operator_id) text += base::format(" ({})", row.operator_id);
  text += base::format(": {}, {}", base::counted(group.size(), "position"), base::printable(row.connector));
  if (!row.cluster.empty()) text += base::format(", cluster {}", base::printable(row.cluster));
  if (row.source) text += base::format(", source {} of a hybrid source", *row.source);
  return text;
}

void print_group(std::ostream& out, const Group& group, size_t width) {
  out << wrapped(group_heading(group), kGroupIndent, width == 0 ? SIZE_MAX : width) << "\n";
  std::vector<Column> shown;
  std::vector<Table::Column> titles;
  for (const Column& column : columns()) {
    const bool is_empty =
        std::ranges::all_of(group, [&](const PositionRow* row) { return column.cell(*row).empty(); });
    if (is_empty) continue;
    shown.push_back(column);
    titles.push_back(column.table);
  }
  Table table(std::move(titles));
  for (const PositionRow* const row : group) {
    std::vector<Table::Cell> cells;
    for (const Column& column : shown) {
      const std::string cell = column.cell(*row);
      cells.push_back(cell.empty() ? "-" : base::printable(cell));
    }
    table.add(std::move(cells));
  }
  table.print(out, width, kGroupIndent);
}

}  // namespace

std::string positions_tsv(const std::vector<PositionRow>& rows) {
  std::string text =
      tsv_line({"operator", "connector", "topic", "partition", "offset", "stopping_offset", "subtask",
                "place", "cluster", "source", "records", "version", "bytes", "operator_id"});
  for (const PositionRow& row : rows) {
    text += tsv_line({row.operator_label, row.connector, row.topic, value_text(row.partition),
                      value_text(row.offset), value_text(row.stopping_offset), optional_number(row.subtask),
                      row.place, row.cluster, optional_number(row.source), optional_number(row.records),
                      optional_number(row.version), row.bytes, row.operator_id});
  }
  return text;
}

void print_positions(std::ostream& out, const std::vector<PositionRow>& rows, size_t width) {
  bool is_first = true;
  for (const Group& group : groups_of(rows)) {
    if (!is_first) out << "\n";
    is_first = false;
    print_group(out, group, width);
  }
}

}  // namespace checkpointfs::cli
