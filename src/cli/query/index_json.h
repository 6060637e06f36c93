// SPDX-License-Identifier: Apache-2.0
// Rows of the index as JSON, in the shapes that several commands print.
#pragma once

#include <cstdint>
#include <vector>

#include "cli/output/json.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

JsonArray mappings_json(const std::vector<storage::Mapping>& mappings);
// The paths of the roots that are sources.
JsonArray sources_json(const std::vector<storage::Root>& roots);
JsonObject totals_json(const index::Totals& totals);
// Everything that the index knows of a snapshot.
JsonObject snapshot_json(const index::Snapshot& snapshot, uint64_t exclusive_bytes);

}  // namespace checkpointfs::cli
