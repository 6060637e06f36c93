// SPDX-License-Identifier: Apache-2.0
// Scanner: one scan from beginning to end.
//
// A scan looks again at suspects, walks the sources (SourceWalk), writes new and changed snapshots in batches
// (BatchWriter, with a MetadataPreparer that reads ahead and a SnapshotIndexer that writes the rows of one
// snapshot), reads again the snapshots that became stale through that (StalePass), seeks lost files in all
// sources, and removes the rows of vanished snapshots in the last transaction.
#pragma once

#include <cstdint>
#include <string>

#include "index/scan/batch_writer.h"
#include "index/scan/configuration_rows.h"
#include "index/scan/scan_context.h"
#include "index/scan/scan_request.h"
#include "index/scan/source_walk.h"

namespace checkpointfs::index {

class Scanner {
 public:
  // REQUIRES: the references outlive it.
  Scanner(Connection& db, const StoredConfiguration& configuration, const MountScanRequest& request);

  // REQUIRES: called once.
  ScanResult run();

 private:
  void look_again_at_suspects();
  void walk();
  void keep_outside_of_scopes();
  bool is_in_scope(int64_t root_id, const std::string& path) const;
  void make_indexes();
  void finish();
  void remove_vanished();
  void look_at_passages();

  ScanContext scan_;
  BatchWriter writer_;
  SourceWalk sources_;
};

}  // namespace checkpointfs::index
