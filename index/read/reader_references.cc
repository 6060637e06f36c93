// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <tuple>

#include "flink/uri.h"
#include "index/database/sqlite.h"
#include "index/read/reader.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"
#include "storage/resolver.h"

namespace checkpointfs::index {
namespace {

// Adds the ids that a query bound to its parameters finds.
void collect(Statement& rows, std::set<int64_t>* ids) {
  while (rows.step()) ids->insert(rows.integer(0));
}

void collect_by_place(Connection& db, int64_t root_id, std::string_view path, std::set<int64_t>* ids) {
  const std::string_view name = flink::base_name(path);
  Statement rows(db, queries::kStateFilesByPlace);
  collect(rows.bind(root_id, path.substr(0, path.size() - name.size()), name), ids);
  if (name != path) collect(rows.bind(root_id, "", path), ids);
}

std::vector<Reader::Reference> references_of(Reader& reader, Connection& db,
                                             const std::set<int64_t>& state_files) {
  std::vector<Reader::Reference> references;
  for (const int64_t state_file : state_files) {
    Statement places(db, queries::kReferencesToStateFile);
    places.bind(state_file);
    while (places.step()) {
      Statement file(db, queries::kFileAt);
      file.bind(places.integer(0), places.integer(1));
      const auto snapshot = reader.snapshot(places.integer(0));
      if (snapshot && file.step())
        references.push_back({*snapshot, file.string(kLocationNameColumn), location_of(file)});
    }
  }
  std::sort(references.begin(), references.end(), [](const Reader::Reference& a, const Reader::Reference& b) {
    return std::tie(a.snapshot.path, a.name) < std::tie(b.snapshot.path, b.name);
  });
  return references;
}

}  // namespace

std::vector<Reader::Reference> Reader::references_to(int64_t state_file_id) {
  const ReadTransaction one_state(*connection_);
  return references_of(*this, *connection_, {state_file_id});
}

std::vector<Reader::Reference> Reader::references_to(const std::string& root_path, const std::string& path) {
  const ReadTransaction one_state(*connection_);
  std::set<int64_t> ids;
  for (const storage::Root& root : roots()) {
    if (root.path == root_path) collect_by_place(*connection_, root.id, path, &ids);
  }
  return references_of(*this, *connection_, ids);
}

std::vector<Reader::Reference> Reader::references_by_uri(std::string_view uri) {
  const ReadTransaction one_state(*connection_);
  std::set<int64_t> ids;
  const auto parsed = flink::parse_uri(uri);
  const std::string canonical = parsed ? flink::to_string(*parsed) : std::string(uri);
  Statement by_uri(*connection_, queries::kStateFilesByUri);
  collect(by_uri.bind(canonical, flink::base_name(canonical)), &ids);
  collect_by_place(*connection_, 0, canonical, &ids);
  // Two URIs may name one file, and one URI two, in two copies of a storage.
  for (const storage::Location& location : storage::Resolver(roots(), mappings()).resolve_all(uri)) {
    collect_by_place(*connection_, location.root_id, location.path, &ids);
  }
  return references_of(*this, *connection_, ids);
}

std::vector<Reader::Reference> Reader::references_by_name(std::string_view file_name) {
  const ReadTransaction one_state(*connection_);
  std::set<int64_t> ids;
  Statement rows(*connection_, queries::kStateFilesByName);
  collect(rows.bind(file_name), &ids);
  return references_of(*this, *connection_, ids);
}

}  // namespace checkpointfs::index
