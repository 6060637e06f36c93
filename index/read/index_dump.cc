// SPDX-License-Identifier: Apache-2.0
#include "index/read/index_dump.h"

#include <algorithm>

#include "index/database/sqlite.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"

namespace checkpointfs::index {
namespace {

constexpr const char* kHardLinks = R"sql(
WITH names AS (
  SELECT id, device, inode, size, mtime_ns, COUNT(*) OVER (PARTITION BY device, inode, size, mtime_ns) AS names
  FROM state_file_rows WHERE status = 0 AND inode <> 0)
SELECT f.id,
  MIN(f.id) OVER (PARTITION BY n.device, n.inode, n.size, n.mtime_ns, f.segment, f.start, f.length)
FROM names n JOIN files f ON f.state_file_id = n.id WHERE n.names > 1 AND f.status = 0 AND f.links > 0
ORDER BY f.id)sql";

constexpr const char* kInlineBytes =
    "SELECT snapshot_id, inline_bytes FROM operator_rows WHERE inline_bytes > 0 ORDER BY snapshot_id, "
    "ordinal";

}  // namespace

std::vector<Snapshot> IndexDump::snapshots_after(int64_t after) {
  std::vector<Snapshot> page;
  Statement rows(db_, queries::kSnapshotsAfter);
  rows.bind(after);
  while (rows.step()) page.push_back(snapshot_of(rows));
  return page;
}

std::vector<IndexDump::FileRow> IndexDump::files_after(int64_t after) {
  std::vector<FileRow> page;
  Statement rows(db_, queries::kFilesAfter);
  rows.bind(after);
  while (rows.step()) page.push_back({rows.integer(0), rows.string(kLocationNameColumn), location_of(rows)});
  return page;
}

std::vector<IndexDump::ReferenceRow> IndexDump::references_after(int64_t snapshot, int64_t ordinal) {
  std::vector<ReferenceRow> page;
  Statement rows(db_, queries::kReferencesAfter);
  rows.bind(snapshot, ordinal);
  while (rows.step()) page.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.string(3)});
  return page;
}

void IndexDump::directories(const std::function<void(DirectoryRow)>& take) {
  Statement rows(db_, queries::kAllDirectories);
  while (rows.step()) {
    Node node = directory_of(rows);
    take({node.id.id, rows.integer(6), std::move(node.name), node.attributes, rows.integer(7)});
  }
}

void IndexDump::state_files(const std::function<void(IndexedFile)>& take) {
  Statement rows(db_, queries::kStateFiles);
  while (rows.step()) {
    take({rows.integer(0), rows.integer(1), rows.string(2),
          static_cast<uint64_t>(std::max<int64_t>(rows.integer(3), 0)), rows.integer(4)});
  }
}

void IndexDump::identities(const std::function<void(const FileIdentity&)>& take) {
  Statement rows(db_, queries::kIdentities);
  while (rows.step()) {
    take({rows.integer(0), rows.string(1), static_cast<uint64_t>(rows.integer(2)),
          static_cast<uint64_t>(rows.integer(3)), rows.integer(4), rows.string(5)});
  }
}

std::unordered_map<int64_t, int64_t> IndexDump::hard_links() {
  std::unordered_map<int64_t, int64_t> first_of;
  Statement rows(db_, kHardLinks);
  while (rows.step()) first_of[rows.integer(0)] = rows.integer(1);
  return first_of;
}

std::unordered_map<int64_t, uint64_t> IndexDump::inline_bytes() {
  std::unordered_map<int64_t, uint64_t> bytes;
  Statement rows(db_, kInlineBytes);
  while (rows.step()) bytes[rows.integer(0)] += static_cast<uint64_t>(rows.integer(1));
  return bytes;
}

}  // namespace checkpointfs::index
