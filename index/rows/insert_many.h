// SPDX-License-Identifier: Apache-2.0
// The text of a statement that inserts many rows at once.
#pragma once

#include <cstddef>
#include <string>

namespace checkpointfs::index {

// `head`: up to VALUES; `row(i)`: the values of row i, in parentheses.
template <typename Row>
std::string insert_many(std::string head, size_t rows, const Row& row) {
  for (size_t i = 0; i < rows; ++i) head += (i > 0 ? ", " : " ") + row(i);
  return head;
}

}  // namespace checkpointfs::index
