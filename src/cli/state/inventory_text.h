// SPDX-License-Identifier: Apache-2.0
// The inventory of a snapshot for people and for scripts.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "cli/state/inventory_rows.h"

namespace checkpointfs::cli {

// A line of titles, and a line for each row; fields are separated by tabs, and printable. Empty fields: not
// known, or not there.
std::string inventory_tsv(const std::vector<InventoryRow>& rows);

// A table for each operator, and below it why states cannot be read. `width`: the columns of the terminal, 0
// for no limit.
void print_inventory(std::ostream& out, const std::vector<InventoryRow>& rows, size_t width);

// "Long", "String -> Order" of a map, "Long in TimeWindow" of a state in a namespace.
std::string type_text(const InventoryRow& row);

}  // namespace checkpointfs::cli
