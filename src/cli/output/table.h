// SPDX-License-Identifier: Apache-2.0
// A table on the terminal. Columns are as wide as their widest cell; flexible columns shrink if the table
// does not fit.
//
// This folder lays out results and knows nothing about checkpoints: table.h and terminal.h for text in
// columns, natural_order.h for the order of rows, json.h for --json, duration.h for times that are typed, and
// suggestion.h for typing errors. It relies on base/text alone. Cells and messages must be printable already
// (base::printable()); JSON escapes by itself.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace checkpointfs::cli {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
    bool flexible = false;  // in a table that is too wide: shortened in the middle; wrapped if it is the last
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: one cell for each column; cells are printable, see base::printable.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // `width`: the columns of the terminal, 0 for no limit. Indents each line by `indent`; no line ends in
  // spaces.
  void print(std::ostream& out, size_t width, size_t indent = 0) const;

 private:
  std::vector<size_t> widths(size_t width, size_t indent) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace checkpointfs::cli
