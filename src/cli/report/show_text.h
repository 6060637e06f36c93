// SPDX-License-Identifier: Apache-2.0
// The report of a snapshot for people.
#pragma once

#include <optional>
#include <string>

#include "cli/report/snapshot_report.h"

namespace checkpointfs::cli {

// Prints the report to standard output. `absolute`: the argument of --absolute, or nothing.
void print_report(const SnapshotReport& report, const std::optional<std::string>& absolute);

}  // namespace checkpointfs::cli
