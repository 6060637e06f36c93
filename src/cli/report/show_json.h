// SPDX-License-Identifier: Apache-2.0
// The report of a snapshot as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/query/scope.h"
#include "cli/report/snapshot_report.h"

namespace checkpointfs::cli {

// Prints the report to standard output. `absolute`: the argument of --absolute, or nothing.
void print_report_json(const SnapshotReport& report, const std::vector<ScannedSource>& looked,
                       const std::optional<std::string>& absolute);

}  // namespace checkpointfs::cli
