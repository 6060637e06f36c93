// SPDX-License-Identifier: Apache-2.0
// All that is in the index, a page at a time.
#include "index/database/sqlite.h"
#include "index/read/reader.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"

namespace checkpointfs::index {

std::vector<Snapshot> Reader::snapshots_after(int64_t after) {
  std::vector<Snapshot> page;
  Statement rows(*connection_, queries::kSnapshotsAfter);
  rows.bind(after);
  while (rows.step()) page.push_back(snapshot_of(rows));
  return page;
}

std::vector<Reader::FileRow> Reader::files_after(int64_t after) {
  std::vector<FileRow> page;
  Statement rows(*connection_, queries::kFilesAfter);
  rows.bind(after);
  while (rows.step()) page.push_back({rows.integer(0), rows.string(kLocationNameColumn), location_of(rows)});
  return page;
}

std::vector<Reader::ReferenceRow> Reader::references_after(int64_t snapshot, int64_t ordinal) {
  std::vector<ReferenceRow> page;
  Statement rows(*connection_, queries::kReferencesAfter);
  rows.bind(snapshot, ordinal);
  while (rows.step()) page.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.string(3)});
  return page;
}

}  // namespace checkpointfs::index
