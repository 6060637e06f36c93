// SPDX-License-Identifier: Apache-2.0
#include "index/read/reader_rows.h"

#include <sys/stat.h>

#include <algorithm>

#include "flink/names.h"
#include "index/read/reader_queries.h"
#include "storage/access.h"

namespace checkpointfs::index {
namespace {

// Lengths that a metadata file records may be negative.
uint64_t length_of(int64_t value) {
  return static_cast<uint64_t>(std::max<int64_t>(value, 0));
}

// The mode `seen` of the index, shown with these permissions at most.
uint32_t shown(uint32_t type, uint32_t seen, uint32_t most) {
  return storage::with_closed(type | (seen & most), storage::closed_of(seen));
}

uint32_t number(int64_t value) {
  return static_cast<uint32_t>(value);
}

}  // namespace

storage::Root root_of(const Statement& row) {
  return {row.integer(0), row.string(1), row.integer(2) != 0};
}

storage::Mapping mapping_of(const Statement& row) {
  return {row.string(0), row.string(1), row.integer(2) != 0, row.string(3)};
}

Node directory_of(const Statement& row) {
  const uint32_t mode = shown(S_IFDIR, number(row.integer(2)), kDirectoryMode);
  return {{NodeKind::kDirectory, row.integer(0)},
          row.string(1),
          {0, row.integer(5), mode, number(row.integer(3)), number(row.integer(4)), 1}};
}

Node metadata_of(const Statement& row) {
  const auto status = static_cast<SnapshotStatus>(row.integer(1));
  const uint64_t size = length_of(row.integer(is_decodable(status) ? 3 : 2));
  const uint32_t mode = shown(S_IFREG, number(row.integer(5)), kFileMode);
  return {{NodeKind::kMetadata, row.integer(0)},
          flink::kMetadataFile,
          {size, row.integer(4), mode, number(row.integer(6)), number(row.integer(7)), 1}};
}

Node file_of(const Statement& row) {
  const uint32_t uid = number(row.integer(5));
  const uint32_t gid = number(row.integer(6));
  const storage::Passage passage =
      row.integer(7) < 0
          ? storage::Passage::closed()
          : storage::Passage{number(row.integer(7)), number(row.integer(8)), number(row.integer(9))};
  const uint32_t mode =
      storage::with_closed(shown(S_IFREG, number(row.integer(4)), kFileMode), passage.closes(uid, gid));
  return {{NodeKind::kFile, row.integer(0)},
          row.string(kNameColumn),
          {length_of(row.integer(1)), row.integer(3), mode, uid, gid, number(row.integer(2))}};
}

FileLocation location_of(const Statement& row) {
  FileLocation file;
  if (!row.is_null(11)) file.root = {row.integer(11), row.string(12), row.integer(13) != 0};
  if (file.root.id != 0) file.path = row.string(6);
  file.uri = row.string(7);
  file.start = length_of(row.integer(1));
  file.length = length_of(row.integer(2));
  file.file_size = length_of(row.integer(8));
  file.file_mtime_ns = row.integer(9);
  file.status = static_cast<storage::FileStatus>(row.integer(3));
  file.reason = file.status == storage::FileStatus::kWrongSize ? row.string(4) : row.string(10);
  file.references = length_of(row.integer(5));
  file.segment = row.integer(14) != 0;
  return file;
}

Snapshot snapshot_of(const Statement& row) {
  Snapshot snapshot;
  snapshot.id = row.integer(0);
  snapshot.source_path = row.string(3);
  snapshot.path = snapshot.source_path;
  if (row.integer(1) != 1) {  // several sources, each a directory in the root
    snapshot.path = row.string(2);
    if (!snapshot.source_path.empty()) snapshot.path += "/" + snapshot.source_path;
  }
  snapshot.source = {row.integer(4), row.string(5), row.integer(6) != 0};
  snapshot.status = static_cast<SnapshotStatus>(row.integer(7));
  snapshot.reason = row.string(8);
  snapshot.metadata_size = length_of(row.integer(9));
  snapshot.metadata_mtime_ns = row.integer(10);
  snapshot.owned_size = length_of(row.integer(11));
  snapshot.file_handles = length_of(row.integer(12));
  snapshot.version = static_cast<int32_t>(row.integer(13));
  snapshot.kind = row.string(14);
  snapshot.checkpoint_id = row.integer(15);
  snapshot.files = length_of(row.integer(16));
  snapshot.bytes = length_of(row.integer(17));
  snapshot.broken_files = length_of(row.integer(18));
  snapshot.has_changelog = row.integer(19) != 0;
  snapshot.job_size = length_of(row.integer(20));
  return snapshot;
}

std::vector<storage::Root> read_roots(Connection& db) {
  std::vector<storage::Root> roots;
  Statement rows(db, queries::kRoots);
  while (rows.step()) roots.push_back(root_of(rows));
  return roots;
}

std::vector<storage::Mapping> read_mappings(Connection& db) {
  std::vector<storage::Mapping> mappings;
  Statement rows(db, queries::kMappings);
  while (rows.step()) mappings.push_back(mapping_of(rows));
  return mappings;
}

}  // namespace checkpointfs::index
