// SPDX-License-Identifier: Apache-2.0
#include "index/read/reference_reader.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/path.h"
#include "flink/uri.h"
#include "index/database/sqlite.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"
#include "index/read/snapshot_reader.h"
#include "storage/resolver.h"

namespace checkpointfs::index {
namespace {

// Adds the ids that a query bound to its parameters finds.
void collect(Statement& rows, std::set<int64_t>* ids) {
  while (rows.step()) ids->insert(rows.integer(0));
}

void collect_by_place(Connection& db, int64_t root_id, std::string_view path, std::set<int64_t>* ids) {
  const std::string_view name = base::last_component(path);
  Statement rows(db, queries::kStateFilesByPlace);
  collect(rows.bind(root_id, path.substr(0, path.size() - name.size()), name), ids);
  if (name != path) collect(rows.bind(root_id, "", path), ids);
}

std::vector<Reference> references_of(Connection& db, const std::set<int64_t>& state_files) {
  std::vector<Reference> references;
  SnapshotReader snapshots(db);
  for (const int64_t state_file : state_files) {
    Statement places(db, queries::kReferencesToStateFile);
    places.bind(state_file);
    while (places.step()) {
      Statement file(db, queries::kFileAt);
      file.bind(places.integer(0), places.integer(1));
      const auto snapshot = snapshots.find(places.integer(0));
      if (snapshot && file.step())
        references.push_back({*snapshot, file.string(kLocationNameColumn), location_of(file)});
    }
  }
  std::ranges::sort(references, [](const Reference& a, const Reference& b) {
    return std::tie(a.snapshot.path, a.name) < std::tie(b.snapshot.path, b.name);
  });
  return references;
}

}  // namespace

std::vector<Reference> ReferenceReader::to(int64_t state_file_id) {
  const ReadTransaction one_state(db_);
  return references_of(db_, {state_file_id});
}

std::vector<Reference> ReferenceReader::to(const std::string& root_path, const std::string& path) {
  const ReadTransaction one_state(db_);
  std::set<int64_t> ids;
  for (const storage::Root& root : read_roots(db_)) {
    if (root.path == root_path) collect_by_place(db_, root.id, path, &ids);
  }
  return references_of(db_, ids);
}

std::vector<Reference> ReferenceReader::by_uri(std::string_view uri) {
  const ReadTransaction one_state(db_);
  std::set<int64_t> ids;
  const auto parsed = flink::parse_uri(uri);
  const std::string canonical = parsed ? flink::to_string(*parsed) : std::string(uri);
  Statement by_uri(db_, queries::kStateFilesByUri);
  collect(by_uri.bind(canonical, base::last_component(canonical)), &ids);
  collect_by_place(db_, 0, canonical, &ids);
  // Two URIs may name one file, and one URI two, in two copies of a storage.
  for (const storage::Location& location :
       storage::Resolver(read_roots(db_), read_mappings(db_)).resolve_all(uri)) {
    collect_by_place(db_, location.root_id, location.path, &ids);
  }
  return references_of(db_, ids);
}

std::vector<Reference> ReferenceReader::by_name(std::string_view file_name) {
  const ReadTransaction one_state(db_);
  std::set<int64_t> ids;
  Statement rows(db_, queries::kStateFilesByName);
  collect(rows.bind(file_name), &ids);
  return references_of(db_, ids);
}

std::vector<int64_t> ReferenceReader::snapshots_of(int64_t file_id) {
  std::vector<int64_t> snapshots;
  Statement rows(db_, queries::kSnapshotsOfFile);
  rows.bind(file_id);
  while (rows.step()) snapshots.push_back(rows.integer(0));
  return snapshots;
}

void ReferenceReader::uses(const std::function<void(const FileUse&)>& take) {
  const ReadTransaction one_state(db_);
  // Two streams in the order of the files' ids.
  Statement files(db_, queries::kUsedFiles);
  Statement references(db_, queries::kUses);
  bool more = references.step();
  while (files.step()) {
    FileUse use;
    use.file_id = files.integer(0);
    while (more && references.integer(0) < use.file_id) more = references.step();
    for (; more && references.integer(0) == use.file_id; more = references.step()) {
      const int64_t snapshot = references.integer(1);
      if (use.snapshots.empty() || use.snapshots.back() != snapshot) use.snapshots.push_back(snapshot);
    }
    if (use.snapshots.empty()) continue;
    use.length = static_cast<uint64_t>(std::max<int64_t>(files.integer(1), 0));
    use.root_id = files.integer(2);
    use.path = files.string(3);
    use.uri = files.string(4);
    take(use);
  }
}

bool ReferenceReader::names_below(std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  Statement rows(db_, queries::kIdentities);
  while (rows.step()) {
    const std::string uri = rows.string(1);
    if (base::is_at_or_below(uri, prefix)) return true;
  }
  return false;
}

uint64_t ReferenceReader::wasted_bytes() {
  uint64_t wasted = 0;
  int64_t file = 0;
  int64_t end = 0;  // of what is needed of the file so far
  int64_t size = 0;
  Statement rows(db_, queries::kSegments);
  while (rows.step()) {
    const int64_t start = rows.integer(2);
    if (rows.integer(0) != file) {
      wasted += static_cast<uint64_t>(std::max<int64_t>(size - end, 0));
      file = rows.integer(0);
      size = rows.integer(1);
      end = 0;
    }
    wasted += static_cast<uint64_t>(std::max<int64_t>(start - end, 0));
    end = std::max(end, start + rows.integer(3));
  }
  return wasted + static_cast<uint64_t>(std::max<int64_t>(size - end, 0));
}

}  // namespace checkpointfs::index
