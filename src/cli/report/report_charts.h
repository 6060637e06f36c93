// SPDX-License-Identifier: Apache-2.0
// Draws the charts of the page as SVG.
#pragma once

#include <string>
#include <vector>

#include "cli/report/storage_report.h"

namespace checkpointfs::cli {

// Draws a bar for each snapshot of a job, in order of time, divided as its SpaceUsage is.
std::string size_chart(const Report& report, const std::string& job);

// Draws `jobs`, all jobs of `dependencies`, and an arrow from each job to the jobs whose files it needs.
std::string chain_chart(const JobDependencies& dependencies, const std::vector<std::string>& jobs);

}  // namespace checkpointfs::cli
