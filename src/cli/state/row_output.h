// SPDX-License-Identifier: Apache-2.0
// Prints entries of an operator's state as lines of JSON.
#pragma once

#include "cli/arguments/exit_code.h"
#include "cli/state/opened_snapshot.h"
#include "cli/state/row_query.h"

namespace checkpointfs::cli {

// Prints the entries of `query`, or their number, to standard output, and to standard error what cannot be
// read. Throws Failure(kUsage) if there is no such operator or state, or several.
ExitCode print_rows(const OpenedSnapshot& snapshot, const RowQuery& query);

// The same for the differences between two snapshots. Throws Failure(kRefused) if they cannot be compared.
ExitCode print_row_difference(const OpenedSnapshot& earlier, const OpenedSnapshot& later,
                              const RowQuery& query);

}  // namespace checkpointfs::cli
