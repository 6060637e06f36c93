// SPDX-License-Identifier: Apache-2.0
// Runs the program on a terminal.
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::test {

// The output of `arguments` on a terminal of so many columns. The exit code is expected to be 0 or 10.
std::string on_terminal(const std::vector<std::string>& arguments, unsigned short columns);

// Expects that the lines of tables, which have several spaces within, fit; and that there are some.
void expect_tables_fit(const std::string& text, size_t columns);

}  // namespace checkpointfs::test
