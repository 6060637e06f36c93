// SPDX-License-Identifier: Apache-2.0
// The answer of show --restore-advice: how to restore a copy of a snapshot.
#pragma once

#include <optional>
#include <string>

#include "index/database/types.h"

namespace checkpointfs::cli {

// Prints to standard output how to restore a copy that lies at the URI `copy`, if that is known. Returns
// false if no copy of the snapshot can be restored.
bool print_advice(const index::Snapshot& snapshot, const std::optional<std::string>& copy);
bool print_advice_json(const index::Snapshot& snapshot, const std::optional<std::string>& copy);

}  // namespace checkpointfs::cli
