// SPDX-License-Identifier: Apache-2.0
// A scan for a mount, which hears of more than a command knows.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "index/configuration.h"
#include "index/scan.h"

namespace checkpointfs::index {

struct MountScanRequest : ScanRequest {
  // State files (rows) that may not be as the index has them: they are looked at again.
  std::vector<int64_t> state_files = {};
  // Paths of roots that are not what they were: they are taken for such that do not answer.
  std::set<std::string> refused = {};

  bool has_suspects() const { return !suspects.empty() || !state_files.empty(); }
};

// As scan().
ScanResult scan_for_mount(const Options& options, const MountScanRequest& request);

}  // namespace checkpointfs::index
