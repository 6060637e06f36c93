// SPDX-License-Identifier: Apache-2.0
// A table on the terminal: columns as wide as their widest cell, some of them giving way where they do not
// fit.
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
    bool flexible = false;  // if the table is too wide, shortened in the middle; the last column, wrapped
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // REQUIRES: one cell for each column; cells are printable, see base::printable.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // `width`: columns of the terminal, 0 for no limit. Each line is indented by `indent`; no line ends in
  // spaces.
  void print(std::ostream& out, size_t width, size_t indent = 0) const;

 private:
  std::vector<size_t> widths(size_t width, size_t indent) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace checkpointfs::cli
