// SPDX-License-Identifier: Apache-2.0
#include "cli/table.h"

#include <algorithm>
#include <cassert>

#include "cli/terminal.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kGap = 2;         // between columns
constexpr size_t kNarrowest = 16;  // a flexible column never gets narrower

}  // namespace

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out, size_t width, size_t indent) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t widest = display_width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i]));
    widths.push_back(widest);
  }
  size_t total = indent + kGap * (columns_.size() - 1);
  for (const size_t w : widths) total += w;
  for (size_t i = 0; i < columns_.size() && width != 0 && total > width; ++i) {
    if (!columns_[i].flexible) continue;
    const size_t give = std::min(total - width, widths[i] - std::min(widths[i], kNarrowest));
    widths[i] -= give;
    total -= give;
  }

  const auto print_line = [&](const auto& cell_of) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string cell = shortened(cell_of(i), widths[i]);
      const size_t padding = widths[i] - std::min(widths[i], display_width(cell));
      if (i != 0) line.append(kGap, ' ');
      if (columns_[i].align == Align::kRight) line.append(padding, ' ');
      line += cell;
      if (columns_[i].align == Align::kLeft) line.append(padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  print_line([&](size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) print_line([&](size_t i) { return row[i]; });
}

}  // namespace checkpointfs::cli
