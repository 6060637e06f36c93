// SPDX-License-Identifier: Apache-2.0
#include "index/read/reader.h"

#include "index/database/index_file.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"

namespace checkpointfs::index {
namespace {

// Positions of list(): the id of a sub-directory; then `_metadata`; then the files, in their order.
constexpr uint64_t kMetadataPosition = uint64_t{1} << 62;

std::optional<Node> one(Statement& rows, Node (*make)(const Statement&)) {
  if (!rows.step()) return std::nullopt;
  return make(rows);
}

}  // namespace

Reader::Reader(const std::string& index_file, bool hold) : connection_(open_index_to_read(index_file)) {
  if (!hold) return;
  held_ = std::make_unique<ReadTransaction>(*connection_);
  scan();  // SQLite begins a transaction with the first question
}

Reader::~Reader() = default;

std::vector<storage::Root> Reader::roots() {
  std::vector<storage::Root> roots;
  Statement rows(*connection_, queries::kRoots);
  while (rows.step()) roots.push_back(root_of(rows));
  return roots;
}

std::vector<storage::Mapping> Reader::mappings() {
  std::vector<storage::Mapping> mappings;
  Statement rows(*connection_, queries::kMappings);
  while (rows.step()) mappings.push_back(mapping_of(rows));
  return mappings;
}

Totals Reader::totals() {
  const ReadTransaction one_state(*connection_);
  Totals totals;
  Statement files(*connection_, queries::kTotals);
  if (files.step()) {
    totals.files = static_cast<uint64_t>(files.integer(0));
    totals.bytes = static_cast<uint64_t>(files.integer(1));
  }
  Statement snapshots(*connection_, queries::kSnapshotTotals);
  while (snapshots.step()) {
    ++totals.snapshots;
    if (!is_sound(static_cast<SnapshotStatus>(snapshots.integer(0)))) ++totals.broken_snapshots;
    totals.projected_bytes += static_cast<uint64_t>(snapshots.integer(1));
  }
  return totals;
}

SizeDistribution Reader::size_distribution() {
  Statement row(*connection_, queries::kSizes);
  if (!row.step()) return {};
  const auto sum = [&row](int column) { return static_cast<uint64_t>(row.integer(column)); };
  return {sum(0), sum(1), sum(2), sum(3)};
}

int64_t Reader::scan() {
  Statement row(*connection_, queries::kScan);
  return row.step() ? row.integer(0) : 0;
}

std::vector<Snapshot> Reader::changed_since(int64_t scan) {
  std::vector<int64_t> ids;
  std::vector<Snapshot> changed;
  {
    Statement rows(*connection_, queries::kChangedSince);
    rows.bind(scan);
    while (rows.step()) ids.push_back(rows.integer(0));
  }
  for (const int64_t id : ids) {
    if (auto found = snapshot(id)) changed.push_back(std::move(*found));
  }
  return changed;
}

void Reader::directories(const std::function<void(DirectoryRow)>& take) {
  Statement rows(*connection_, queries::kAllDirectories);
  while (rows.step()) {
    Node node = directory_of(rows);
    take({node.id.id, rows.integer(6), std::move(node.name), node.attributes, rows.integer(7)});
  }
}

std::vector<int64_t> Reader::file_ids(int64_t directory) {
  std::vector<int64_t> ids;
  Statement rows(*connection_, queries::kReferredFiles);
  rows.bind(directory);
  while (rows.step()) ids.push_back(rows.integer(0));
  return ids;
}

FileSums Reader::file_sums() {
  Statement row(*connection_, queries::kFileSums);
  if (!row.step()) return {};
  const auto sum = [&row](int column) { return static_cast<uint64_t>(row.integer(column)); };
  return {sum(0), (sum(1) << 32) + sum(2)};
}

std::optional<Node> Reader::node(NodeId id) {
  switch (id.kind) {
    case NodeKind::kDirectory: {
      Statement rows(*connection_, queries::kDirectory);
      return one(rows.bind(id.id), directory_of);
    }
    case NodeKind::kMetadata: {
      Statement rows(*connection_, queries::kMetadata);
      return one(rows.bind(id.id), metadata_of);
    }
    case NodeKind::kFile: {
      Statement rows(*connection_, queries::kFileNode);
      return one(rows.bind(id.id), file_of);
    }
  }
  return std::nullopt;  // an inode number that is none of ours
}

std::optional<Node> Reader::lookup(int64_t directory, std::string_view name) {
  const ReadTransaction one_state(*connection_);
  {
    Statement rows(*connection_, queries::kDirectoryByName);
    if (auto node = one(rows.bind(directory, name), directory_of)) return node;
  }
  if (name == "_metadata") return node({NodeKind::kMetadata, directory});
  {
    Statement rows(*connection_, queries::kFileByName);
    if (auto node = one(rows.bind(directory, name), file_of)) return node;
  }
  Statement rows(*connection_, queries::kFileByAlias);
  return one(rows.bind(directory, name), file_of);
}

std::optional<int64_t> Reader::parent(int64_t directory) {
  Statement rows(*connection_, queries::kParent);
  rows.bind(directory);
  if (!rows.step()) return std::nullopt;
  return rows.integer(0);
}

void Reader::list(int64_t directory, uint64_t after,
                  const std::function<bool(const Node&, uint64_t position)>& take) {
  const ReadTransaction one_state(*connection_);
  if (after < kMetadataPosition) {
    Statement rows(*connection_, queries::kDirectories);
    rows.bind(directory, static_cast<int64_t>(after));
    while (rows.step()) {
      const Node node = directory_of(rows);
      if (!take(node, static_cast<uint64_t>(node.id.id))) return;
    }
    const auto metadata = node({NodeKind::kMetadata, directory});
    if (!metadata || !take(*metadata, kMetadataPosition)) return;
    after = kMetadataPosition;
  }
  Statement rows(*connection_, queries::kFileNodes);
  rows.bind(directory, static_cast<int64_t>(after - kMetadataPosition));
  while (rows.step()) {
    const uint64_t position = kMetadataPosition + 1 + static_cast<uint64_t>(rows.integer(kOrdinalColumn));
    if (!take(file_of(rows), position)) return;
  }
}

std::optional<FileLocation> Reader::file(int64_t file_id) {
  Statement rows(*connection_, queries::kFile);
  rows.bind(file_id);
  if (!rows.step()) return std::nullopt;
  return location_of(rows);
}

std::optional<FileOpening> Reader::opening(int64_t file_id) {
  Statement rows(*connection_, queries::kFileOpening);
  rows.bind(file_id);
  if (!rows.step()) return std::nullopt;
  const auto number = [&](int column) {
    return static_cast<uint64_t>(std::max<int64_t>(rows.integer(column), 0));
  };
  FileOpening place{rows.integer(0), {}, number(3), number(4), number(5)};
  place.path.reserve(rows.text(1).size() + rows.text(2).size());
  place.path.append(rows.text(1)).append(rows.text(2));
  return place;
}

std::vector<int64_t> Reader::snapshots_of(int64_t file_id) {
  std::vector<int64_t> snapshots;
  Statement rows(*connection_, queries::kSnapshotsOfFile);
  rows.bind(file_id);
  while (rows.step()) snapshots.push_back(rows.integer(0));
  return snapshots;
}

std::optional<Node> Reader::file_at(int64_t directory, uint64_t ordinal) {
  Statement rows(*connection_, queries::kFileNodeAt);
  rows.bind(directory, static_cast<int64_t>(ordinal));
  return one(rows, file_of);
}

std::optional<Snapshot> Reader::snapshot(int64_t directory) {
  Statement rows(*connection_, queries::kSnapshot);
  rows.bind(directory);
  if (!rows.step()) return std::nullopt;
  return snapshot_of(rows);
}

std::optional<Snapshot> Reader::snapshot_by_path(std::string_view path) {
  const ReadTransaction one_state(*connection_);
  int64_t directory = root_node().id;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size() < path.size() ? name.size() + 1 : path.size());
    if (name.empty()) continue;
    Statement rows(*connection_, queries::kDirectoryByName);
    rows.bind(directory, name);
    if (!rows.step()) return std::nullopt;
    directory = rows.integer(0);
  }
  return snapshot(directory);
}

void Reader::snapshots(const std::function<void(const Snapshot&)>& take) {
  const ReadTransaction one_state(*connection_);
  Statement sources(*connection_, queries::kSourceDirectories);
  while (sources.step()) {
    Statement rows(*connection_, queries::kSnapshotsOfSource);
    rows.bind(sources.integer(0));
    while (rows.step()) take(snapshot_of(rows));
  }
}

uint64_t Reader::exclusive_bytes(int64_t directory) {
  uint64_t sum = 0;
  Statement rows(*connection_, queries::kExclusive);
  rows.bind(directory);
  while (rows.step()) {
    const auto length = static_cast<uint64_t>(std::max<int64_t>(rows.integer(0), 0));
    if (__builtin_add_overflow(sum, length, &sum)) return UINT64_MAX;
  }
  return sum;
}

void Reader::files_of(int64_t directory,
                      const std::function<void(const std::string& name, const FileLocation&)>& take) {
  const ReadTransaction one_state(*connection_);
  Statement rows(*connection_, queries::kFiles);
  rows.bind(directory);
  while (rows.step()) take(rows.string(kLocationNameColumn), location_of(rows));
}

}  // namespace checkpointfs::index
