// SPDX-License-Identifier: Apache-2.0
// The contents of the page as JSON.
#pragma once

#include "cli/output/json.h"
#include "cli/report/storage_report.h"

namespace checkpointfs::cli {

// All that the page shows, without its limits on rows. Shapes of snapshots, states and positions are those of
// `list`, `state` and `positions`.
JsonObject report_json(const Report& report);

}  // namespace checkpointfs::cli
