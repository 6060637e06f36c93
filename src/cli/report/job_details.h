// SPDX-License-Identifier: Apache-2.0
// The folded part of the page about one job.
#pragma once

#include <cstddef>
#include <string>

#include "cli/report/storage_report.h"

namespace checkpointfs::cli {

// The chart and the snapshots of report.jobs[i], and the operators, states and positions of its newest usable
// snapshot. Of many rows, the first are shown with a command for the rest.
std::string job_details(const Report& report, size_t i);

}  // namespace checkpointfs::cli
