// SPDX-License-Identifier: Apache-2.0
#include "index/read/snapshot_reader.h"

#include <algorithm>

#include "index/database/sqlite.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"

namespace checkpointfs::index {

std::optional<Snapshot> SnapshotReader::find(int64_t directory) {
  Statement rows(db_, queries::kSnapshot);
  rows.bind(directory);
  if (!rows.step()) return std::nullopt;
  return snapshot_of(rows);
}

std::optional<Snapshot> SnapshotReader::find_by_path(std::string_view path) {
  const ReadTransaction one_state(db_);
  int64_t directory = kRootNode.id;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size() < path.size() ? name.size() + 1 : path.size());
    if (name.empty()) continue;
    Statement rows(db_, queries::kDirectoryByName);
    rows.bind(directory, name);
    if (!rows.step()) return std::nullopt;
    directory = rows.integer(0);
  }
  return find(directory);
}

void SnapshotReader::for_each(const std::function<void(const Snapshot&)>& take) {
  const ReadTransaction one_state(db_);
  Statement sources(db_, queries::kSourceDirectories);
  while (sources.step()) {
    Statement rows(db_, queries::kSnapshotsOfSource);
    rows.bind(sources.integer(0));
    while (rows.step()) take(snapshot_of(rows));
  }
}

std::vector<Snapshot> SnapshotReader::changed_since(int64_t scan) {
  std::vector<int64_t> ids;
  std::vector<Snapshot> changed;
  {
    Statement rows(db_, queries::kChangedSince);
    rows.bind(scan);
    while (rows.step()) ids.push_back(rows.integer(0));
  }
  for (const int64_t id : ids) {
    if (auto found = find(id)) changed.push_back(std::move(*found));
  }
  return changed;
}

void SnapshotReader::files_of(int64_t directory,
                              const std::function<void(const std::string& name, const FileLocation&)>& take) {
  const ReadTransaction one_state(db_);
  Statement rows(db_, queries::kFiles);
  rows.bind(directory);
  while (rows.step()) take(rows.string(kLocationNameColumn), location_of(rows));
}

bool SnapshotReader::files_from(int64_t directory, int64_t* from, size_t most,
                                const std::function<void(std::string name, FileLocation)>& take) {
  Statement rows(db_, queries::kFilesFrom);
  rows.bind(directory, *from, static_cast<int64_t>(most));
  bool any = false;
  while (rows.step()) {
    any = true;
    *from = rows.integer(kLocationNameColumn + 1) + 1;
    take(rows.string(kLocationNameColumn), location_of(rows));
  }
  return any;
}

std::vector<int64_t> SnapshotReader::file_ids(int64_t directory) {
  std::vector<int64_t> ids;
  Statement rows(db_, queries::kReferredFiles);
  rows.bind(directory);
  while (rows.step()) ids.push_back(rows.integer(0));
  return ids;
}

std::vector<OperatorUse> SnapshotReader::operators(int64_t directory) {
  std::vector<OperatorUse> operators;
  Statement rows(db_, queries::kOperators);
  rows.bind(directory);
  while (rows.step()) {
    uint64_t bytes = 0;
    for (const int column : {4, 5}) {
      const auto part = static_cast<uint64_t>(std::max<int64_t>(rows.integer(column), 0));
      if (__builtin_add_overflow(bytes, part, &bytes)) bytes = UINT64_MAX;
    }
    operators.push_back({rows.string(0), rows.string(1), rows.string(2), rows.integer(3), bytes});
  }
  return operators;
}

uint64_t SnapshotReader::exclusive_bytes(int64_t directory) {
  uint64_t sum = 0;
  Statement rows(db_, queries::kExclusive);
  rows.bind(directory);
  while (rows.step()) {
    const auto length = static_cast<uint64_t>(std::max<int64_t>(rows.integer(0), 0));
    if (__builtin_add_overflow(sum, length, &sum)) return UINT64_MAX;
  }
  return sum;
}

}  // namespace checkpointfs::index
