// SPDX-License-Identifier: Apache-2.0
#include "index/scan/scan_context.h"

#include <algorithm>

#include "index/database/sqlite.h"

namespace checkpointfs::index {
namespace {}  // namespace

ScanContext::ScanContext(Connection& connection, const StoredConfiguration& configuration,
                         const MountScanRequest& scan_request)
    : db(connection),
      request(scan_request),
      roots(configuration.roots),
      directories(roots, request.calls, request.refused),
      workers(base::kStoreCallsAtOnce),
      passages(db, roots, directories),
      directory_rows(db, passages),
      files(db),
      snapshots(db, files),
      finder(db, configuration, directories, workers, files, snapshots),
      indexer(db, directories, finder, files, snapshots),
      changes_at_start_(db.total_changes()),
      interrupted_(db.integer("SELECT COUNT(*) FROM settings WHERE name = 'unfinished scan'") != 0),
      unfinished_(interrupted_) {}

const std::string& ScanContext::path_of(int64_t root_id) const {
  return std::ranges::find(roots, root_id, &storage::Root::id)->path;
}

void ScanContext::mark_unfinished() {
  if (unfinished_ || db.total_changes() == changes_at_start_) return;
  db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('unfinished scan', '1')");
  unfinished_ = true;
}

}  // namespace checkpointfs::index
