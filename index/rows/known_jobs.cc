// SPDX-License-Identifier: Apache-2.0
#include "index/rows/known_jobs.h"

#include "index/database/index_file.h"
#include "index/database/is_made.h"

namespace checkpointfs::index {

#define CHECKPOINTFS_JOBS_OF_SNAPSHOTS                                            \
  "SELECT DISTINCT r.path, COALESCE(p.path, '') FROM snapshot_rows s "            \
  "JOIN directories d ON d.id = s.directory_id JOIN roots r ON r.id = d.root_id " \
  "LEFT JOIN directories p ON p.id = d.parent_id AND p.root_id = d.root_id"

void keep_known_jobs(Connection& db) {
  db.execute("INSERT OR IGNORE INTO known_jobs (source, path) " CHECKPOINTFS_JOBS_OF_SNAPSHOTS);
}

std::vector<storage::Place> known_jobs(const std::string& index_file) {
  std::vector<storage::Place> jobs;
  if (!is_made(index_file)) return jobs;
  return damage_refused(index_file, [&] {
    const auto db = open_index_to_read(index_file);
    // An older index that the user may not write, and so not migrate, has only the jobs with snapshots.
    const bool is_older = db->integer("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'known_jobs'") == 0;
    Statement rows(*db, is_older ? CHECKPOINTFS_JOBS_OF_SNAPSHOTS " ORDER BY 1, 2"
                                 : "SELECT source, path FROM known_jobs ORDER BY source, path");
    while (rows.step()) jobs.push_back({rows.string(0), rows.string(1)});
    return jobs;
  });
}

}  // namespace checkpointfs::index
