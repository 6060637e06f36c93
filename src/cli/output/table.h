// SPDX-License-Identifier: Apache-2.0
// A table on the terminal. Columns are as wide as their widest cell; flexible columns shrink if the table
// does not fit.
//
// This folder lays out what commands print and knows nothing about checkpoints: table.h, terminal.h and
// colour.h for text in columns, natural_order.h for the order of rows, json.h for --json, duration.h for
// times that are typed, and suggestion.h for typing errors. messages.h prints errors, warnings and remarks;
// long_work.h shows progress (progress.h) and answers Ctrl-C (interrupts.h). The folder relies on base alone.
// Cells and messages must be printable already (base::printable()); JSON escapes by itself.
#pragma once

#include <concepts>
#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/output/colour.h"

namespace checkpointfs::cli {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    bool flexible = false;  // in a table that is too wide: shortened in the middle; wrapped if it is the last
  };

  // A cell takes no more room for its colour.
  struct Cell {
    template <typename Text>
    requires std::constructible_from<std::string, Text> Cell(Text&& content, Colour shown = Colour::kNone)
        : text(std::forward<Text>(content)), colour(shown) {}
    std::string text;
    Colour colour;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: one cell for each column; cells are printable, see base::printable.
  void add(std::vector<Cell> cells);
  bool empty() const { return rows_.empty(); }
  // `width`: the columns of the terminal, 0 for no limit. Indents each line by `indent`; no line ends in
  // spaces.
  void print(std::ostream& out, size_t width, size_t indent = 0) const;

 private:
  std::vector<size_t> widths(size_t width, size_t indent) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace checkpointfs::cli
