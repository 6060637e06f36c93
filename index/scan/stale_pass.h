// SPDX-License-Identifier: Apache-2.0
// StalePass: reads again the snapshots that became stale through other changes of a scan.
#pragma once

#include <vector>

#include "index/scan/batch_writer.h"
#include "index/scan/candidate.h"
#include "index/scan/scan_context.h"

namespace checkpointfs::index {

class StalePass {
 public:
  // REQUIRES: the references outlive it.
  StalePass(ScanContext& scan, BatchWriter& writer) : scan_(scan), writer_(writer) {}

  // Reads all stale snapshots that the scan has seen, and those that become stale through that, a bounded
  // number of times.
  void run();

 private:
  std::vector<Candidate> candidates();

  ScanContext& scan_;
  BatchWriter& writer_;
};

}  // namespace checkpointfs::index
