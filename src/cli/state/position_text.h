// SPDX-License-Identifier: Apache-2.0
// The positions of a snapshot's sources for people and for scripts.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "cli/state/position_rows.h"

namespace checkpointfs::cli {

// A line of titles, and a line for each row; fields are separated by tabs, and printable. Empty fields: not
// known, or not there.
std::string positions_tsv(const std::vector<PositionRow>& rows);

// A table for each operator and connector, without the columns that are empty in all of its rows. `width`:
// the columns of the terminal, 0 for no limit.
void print_positions(std::ostream& out, const std::vector<PositionRow>& rows, size_t width);

}  // namespace checkpointfs::cli
