// SPDX-License-Identifier: Apache-2.0
#include "cli/output/table.h"

#include <algorithm>
#include <cassert>

#include "cli/output/terminal.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kGap = 2;         // between columns
constexpr size_t kNarrowest = 12;  // a flexible column never gets narrower

}  // namespace

void Table::add(std::vector<Cell> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::widths(size_t width, size_t indent) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t widest = display_width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i].text));
    widths.push_back(widest);
  }
  size_t total = indent + kGap * (columns_.size() - 1);
  for (const size_t w : widths) total += w;
  // The widest flexible column shrinks first.
  while (width != 0 && total > width) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].flexible && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
    }
    if (widest == nullptr || *widest <= kNarrowest) break;
    --*widest;
    --total;
  }
  return widths;
}

void Table::print(std::ostream& out, size_t width, size_t indent) const {
  const std::vector<size_t> fitting = widths(width, indent);
  const auto print_line = [&](const auto& cell_of) {
    std::string line(indent, ' ');
    size_t column = indent;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i != 0) {
        line.append(kGap, ' ');
        column += kGap;
      }
      const bool wraps = i + 1 == columns_.size() && columns_[i].flexible;
      const Cell& content = cell_of(i);
      const std::string cell = wraps ? wrapped(content.text, column, width == 0 ? SIZE_MAX : width)
                                     : shortened(content.text, fitting[i]);
      const size_t padding = fitting[i] - std::min(fitting[i], display_width(cell));
      if (columns_[i].align == Align::kRight) line.append(padding, ' ');
      line += coloured(cell, content.colour);
      if (columns_[i].align == Align::kLeft) line.append(padding, ' ');
      column += fitting[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  print_line([&](size_t i) { return Cell(columns_[i].title); });
  for (const auto& row : rows_) print_line([&](size_t i) { return row[i]; });
}

}  // namespace checkpointfs::cli
