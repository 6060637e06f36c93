// SPDX-License-Identifier: Apache-2.0
#include "index/read/projection_reader.h"

#include <algorithm>

#include "base/text/numbers.h"
#include "flink/names.h"
#include "index/database/sqlite.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"
#include "storage/projected_name.h"

namespace checkpointfs::index {
namespace {

// Positions of list(): the id of a sub-directory; then `_metadata`; then the files, in their order.
constexpr uint64_t kMetadataPosition = uint64_t{1} << 62;

std::optional<Node> one(Statement& rows, Node (*make)(const Statement&)) {
  if (!rows.step()) return std::nullopt;
  return make(rows);
}

Node shared_file_of(const Statement& row) {
  Node node = file_of(row);
  node.name = storage::shared_name(node.id.id, node.name);
  return node;
}

// The id at the end of a name that shared_name() made; 0 if there is none.
int64_t id_in(std::string_view name) {
  const std::string_view digits = name.substr(name.rfind('-') + 1);
  return base::parse_number<int64_t>(digits).value_or(0);
}

}  // namespace

std::optional<Node> ProjectionReader::node(NodeId id) {
  switch (id.kind) {
    case NodeKind::kDirectory: {
      Statement rows(db_, queries::kDirectory);
      return one(rows.bind(id.id), directory_of);
    }
    case NodeKind::kMetadata: {
      Statement rows(db_, queries::kMetadata);
      return one(rows.bind(id.id), metadata_of);
    }
    case NodeKind::kFile: {
      Statement rows(db_, queries::kFileNode);
      return one(rows.bind(id.id), file_of);
    }
  }
  return std::nullopt;  // an inode number that is none of ours
}

std::optional<Node> ProjectionReader::lookup(int64_t directory, std::string_view name) {
  const ReadTransaction one_state(db_);
  {
    Statement rows(db_, queries::kDirectoryByName);
    if (auto node = one(rows.bind(directory, name), directory_of)) return node;
  }
  if (name == flink::kMetadataFile) return node({NodeKind::kMetadata, directory});
  {
    Statement rows(db_, queries::kFileByName);
    if (auto node = one(rows.bind(directory, name), file_of)) return node;
  }
  Statement rows(db_, queries::kFileByAlias);
  return one(rows.bind(directory, name), file_of);
}

std::optional<int64_t> ProjectionReader::parent(int64_t directory) {
  Statement rows(db_, queries::kParent);
  rows.bind(directory);
  if (!rows.step()) return std::nullopt;
  return rows.integer(0);
}

void ProjectionReader::list(int64_t directory, uint64_t after,
                            const std::function<bool(const Node&, uint64_t position)>& take) {
  const ReadTransaction one_state(db_);
  if (after < kMetadataPosition) {
    Statement rows(db_, queries::kDirectories);
    rows.bind(directory, static_cast<int64_t>(after));
    while (rows.step()) {
      const Node node = directory_of(rows);
      if (!take(node, static_cast<uint64_t>(node.id.id))) return;
    }
    const auto metadata = node({NodeKind::kMetadata, directory});
    if (!metadata || !take(*metadata, kMetadataPosition)) return;
    after = kMetadataPosition;
  }
  Statement rows(db_, queries::kFileNodes);
  rows.bind(directory, static_cast<int64_t>(after - kMetadataPosition));
  while (rows.step()) {
    const uint64_t position = kMetadataPosition + 1 + static_cast<uint64_t>(rows.integer(kOrdinalColumn));
    if (!take(file_of(rows), position)) return;
  }
}

std::optional<int64_t> ProjectionReader::directory_after(int64_t directory) {
  Statement rows(db_, queries::kDirectoryAfter);
  rows.bind(directory);
  if (!rows.step()) return std::nullopt;
  return rows.integer(0);
}

std::optional<FileLocation> ProjectionReader::file(int64_t file_id) {
  Statement rows(db_, queries::kFile);
  rows.bind(file_id);
  if (!rows.step()) return std::nullopt;
  return location_of(rows);
}

std::optional<FileOpening> ProjectionReader::opening(int64_t file_id) {
  Statement rows(db_, queries::kFileOpening);
  rows.bind(file_id);
  if (!rows.step()) return std::nullopt;
  const auto number = [&](int column) {
    return static_cast<uint64_t>(std::max<int64_t>(rows.integer(column), 0));
  };
  FileOpening place{rows.integer(0), {}, number(3), number(4), number(5), rows.integer(6)};
  place.path.reserve(rows.text(1).size() + rows.text(2).size());
  place.path.append(rows.text(1)).append(rows.text(2));
  return place;
}

std::optional<Node> ProjectionReader::file_at(int64_t directory, uint64_t ordinal) {
  Statement rows(db_, queries::kFileNodeAt);
  rows.bind(directory, static_cast<int64_t>(ordinal));
  return one(rows, file_of);
}

bool ProjectionReader::has_shared(int64_t directory) {
  Statement rows(db_, queries::kHasSnapshots);
  rows.bind(directory);
  return rows.step();
}

std::optional<Node> ProjectionReader::shared_file(int64_t directory, std::string_view name) {
  if (storage::begins_with_uuid(name)) {
    Statement rows(db_, queries::kSharedFileByName);
    rows.bind(directory, name);
    if (!rows.step()) return std::nullopt;
    return shared_file_of(rows);
  }
  Statement rows(db_, queries::kSharedFileById);
  rows.bind(directory, id_in(name));
  if (!rows.step()) return std::nullopt;
  Node node = shared_file_of(rows);
  if (node.name != name) return std::nullopt;
  return node;
}

void ProjectionReader::list_shared(int64_t directory, uint64_t after,
                                   const std::function<bool(const Node&, uint64_t position)>& take) {
  Statement rows(db_, queries::kSharedFiles);
  rows.bind(directory, static_cast<int64_t>(after));
  while (rows.step()) {
    const Node node = shared_file_of(rows);
    // If several files have one name, only the file that the name leads to is listed.
    if (storage::begins_with_uuid(node.name) && shared_file(directory, node.name)->id.id != node.id.id)
      continue;
    if (!take(node, static_cast<uint64_t>(node.id.id))) return;
  }
}

std::vector<std::string> ProjectionReader::shared_names(int64_t directory) {
  const ReadTransaction one_state(db_);
  std::vector<std::string> names;
  const auto job = parent(directory);
  Statement rows(db_, queries::kFileIds);
  rows.bind(directory);
  while (rows.step()) {
    std::string name = storage::shared_name(rows.integer(0), rows.string(1));
    const auto found = job ? shared_file(*job, name) : std::nullopt;
    if (!found || found->id.id != rows.integer(0)) return {};
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace checkpointfs::index
