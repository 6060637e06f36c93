// SPDX-License-Identifier: Apache-2.0
#include "cli/state/inventory_text.h"

#include <algorithm>
#include <cctype>
#include <span>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/state/tsv.h"

namespace checkpointfs::cli {
namespace {

using enum Table::Align;
using OperatorRows = std::span<const InventoryRow>;

constexpr size_t kOperatorIndent = 2;

std::string number_field(const std::optional<uint64_t>& number) {
  return number ? std::to_string(*number) : "";
}

// Titles of Table, which shows nothing of a state that cannot be counted.
std::string entries_cell(const InventoryRow& row) {
  if (!row.entries) return "-";
  return base::format("{}{}", row.exact ? "" : "~", *row.entries);
}

std::string bytes_cell(const InventoryRow& row) {
  if (!row.bytes) return "-";
  return base::format("{}{}", row.exact ? "" : "~", base::human_bytes(*row.bytes));
}

bool is_of_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || c == '$' || byte >= 0x80 || std::isalnum(byte) != 0;
}

// "List<Order>" for "List<com.acme.Order>".
std::string without_packages(std::string_view type) {
  std::string text;
  size_t name = 0;  // where the last name in `text` begins
  for (const char c : type) {
    if (c == '.') {
      text.resize(name);
      continue;
    }
    text += c;
    if (!is_of_name(c)) name = text.size();
  }
  return text;
}

// The key's type, which all keyed states of an operator have in common.
std::string key_of(OperatorRows rows) {
  for (const InventoryRow& row : rows) {
    if (!row.key.empty()) return row.key;
  }
  return "";
}

std::string operator_heading(OperatorRows rows) {
  const InventoryRow& first = rows.front();
  std::string text = base::printable(first.operator_label);
  if (first.operator_label != first.operator_id) text += base::format(" ({})", first.operator_id);
  text += base::format(": {}", base::counted(rows.size(), "state"));
  if (const std::string key = key_of(rows); !key.empty()) {
    text += base::format(", keyed by {}", base::printable(key));
  }
  return text;
}

void print_reasons(std::ostream& out, OperatorRows rows, size_t width) {
  for (const InventoryRow& row : rows) {
    if (row.reason.empty()) continue;
    const std::string& name = row.state.empty() ? row.kind : row.state;
    out << std::string(kOperatorIndent, ' ')
        << wrapped(base::printable(base::format("{}: {}", name, row.reason)), kOperatorIndent,
                   width == 0 ? SIZE_MAX : width)
        << "\n";
  }
}

void print_operator(std::ostream& out, OperatorRows rows, size_t width) {
  out << wrapped(operator_heading(rows), kOperatorIndent, width == 0 ? SIZE_MAX : width) << "\n";
  std::vector<Table::Column> titles = {{"STATE", kLeft, true}, {"KIND"}, {"TYPE", kLeft, true}, {"READABLE"}};
  const bool has_sizes =
      std::ranges::any_of(rows, [](const InventoryRow& row) { return row.bytes.has_value(); });
  if (has_sizes) titles.insert(titles.end(), {{"ENTRIES", kRight}, {"SIZE", kRight}});
  Table table(std::move(titles));
  for (const InventoryRow& row : rows) {
    const std::string type = without_packages(type_text(row));
    std::vector<Table::Cell> cells = {row.state.empty() ? "-" : base::printable(row.state),
                                      base::printable(row.kind), type.empty() ? "-" : base::printable(type),
                                      base::printable(row.readable)};
    if (has_sizes) cells.insert(cells.end(), {entries_cell(row), bytes_cell(row)});
    table.add(std::move(cells));
  }
  table.print(out, width, kOperatorIndent);
  print_reasons(out, rows, width);
}

}  // namespace

std::string type_text(const InventoryRow& row) {
  std::string text = row.value;
  if (!row.map_key.empty()) text = base::format("{} -> {}", row.map_key, row.value);
  if (row.name_space.empty()) return text;
  return text.empty() ? base::format("in {}", row.name_space)
                      : base::format("{} in {}", text, row.name_space);
}

std::string inventory_tsv(const std::vector<InventoryRow>& rows) {
  std::string text =
      tsv_line({"operator", "operator_id", "state", "kind", "key_type", "value_type", "namespace_type",
                "map_key_type", "readable", "bytes", "entries", "exact", "subtasks", "reason"});
  for (const InventoryRow& row : rows) {
    text += tsv_line({row.operator_label, row.operator_id, row.state, row.kind, row.key, row.value,
                      row.name_space, row.map_key, row.readable, number_field(row.bytes),
                      number_field(row.entries),
                      !row.bytes  ? ""
                      : row.exact ? "yes"
                                  : "no",
                      std::to_string(row.subtasks), row.reason});
  }
  return text;
}

void print_inventory(std::ostream& out, const std::vector<InventoryRow>& rows, size_t width) {
  auto first = rows.begin();
  while (first != rows.end()) {
    const auto end = std::find_if(
        first, rows.end(), [&](const InventoryRow& row) { return row.operator_id != first->operator_id; });
    if (first != rows.begin()) out << "\n";
    print_operator(out, {first, end}, width);
    first = end;
  }
}

}  // namespace checkpointfs::cli
