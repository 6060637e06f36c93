// SPDX-License-Identifier: Apache-2.0
// Remembers what io=auto has measured, so that two mounts of one source choose alike, whatever else runs when
// they begin.
#pragma once

#include "fs/io/host_costs.h"

namespace checkpointfs::cli {

// Returns what index_directory() has in `host-costs.json` if it is from the last hour. If there is nothing,
// measures it, and writes the file; where it cannot be written, the next mount measures again. Throws what
// measure_host_costs() throws.
fs::HostCosts known_host_costs();

}  // namespace checkpointfs::cli
