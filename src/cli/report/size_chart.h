// SPDX-License-Identifier: Apache-2.0
// Draws the sizes of a job's snapshots: a chart with axes, and a small one for a row of a table.
#pragma once

#include <cstdint>
#include <string>

#include "cli/query/job_listing.h"

namespace checkpointfs::cli {

// A bar for each snapshot in the order of their times, divided as its SpaceUsage is; a red band marks one
// that is not usable. The bars are SVG that stretches, the labels of the axes are text of the page.
std::string size_chart(const ListedJob& job, int64_t now_ns);

// The bars of the latest snapshots alone.
std::string sparkline(const ListedJob& job);

// The legend of size_chart().
extern const char kChartLegend[];

}  // namespace checkpointfs::cli
