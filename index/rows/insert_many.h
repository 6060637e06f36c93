// SPDX-License-Identifier: Apache-2.0
// The text of a statement that inserts many rows at once.
#pragma once

#include <cstddef>
#include <string>

namespace checkpointfs::index {

// `head`: from INTO to VALUES; `row(i)`: the values of row i, in parentheses. A row that is refused ends the
// transaction: so SQLite keeps no copies of pages to take back the rows before it.
template <typename Row>
std::string insert_many(const std::string& head, size_t rows, const Row& row) {
  std::string sql = "INSERT OR ROLLBACK " + head;
  for (size_t i = 0; i < rows; ++i) sql += (i > 0 ? ", " : " ") + row(i);
  return sql;
}

}  // namespace checkpointfs::index
