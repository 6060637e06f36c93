// SPDX-License-Identifier: Apache-2.0
// The directory `shared` of a job.
#include <charconv>

#include "index/database/sqlite.h"
#include "index/read/reader.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"
#include "storage/projected_name.h"

namespace checkpointfs::index {
namespace {

Node shared_file_of(const Statement& row) {
  Node node = file_of(row);
  node.name = storage::shared_name(node.id.id, node.name);
  return node;
}

// The id at the end of a name that shared_name() made; 0 if there is none.
int64_t id_in(std::string_view name) {
  const std::string_view digits = name.substr(name.rfind('-') + 1);
  int64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return error == std::errc() && end == digits.data() + digits.size() ? id : 0;
}

}  // namespace

bool Reader::has_shared(int64_t directory) {
  Statement rows(*connection_, queries::kHasSnapshots);
  rows.bind(directory);
  return rows.step();
}

std::optional<Node> Reader::shared_file(int64_t directory, std::string_view name) {
  if (storage::begins_with_uuid(name)) {
    Statement rows(*connection_, queries::kSharedFileByName);
    rows.bind(directory, name);
    if (!rows.step()) return std::nullopt;
    return shared_file_of(rows);
  }
  Statement rows(*connection_, queries::kSharedFileById);
  rows.bind(directory, id_in(name));
  if (!rows.step()) return std::nullopt;
  Node node = shared_file_of(rows);
  if (node.name != name) return std::nullopt;
  return node;
}

void Reader::list_shared(int64_t directory, uint64_t after,
                         const std::function<bool(const Node&, uint64_t position)>& take) {
  Statement rows(*connection_, queries::kSharedFiles);
  rows.bind(directory, static_cast<int64_t>(after));
  while (rows.step()) {
    const Node node = shared_file_of(rows);
    // Of several files with one name, only that is there which the name leads to.
    if (storage::begins_with_uuid(node.name) && shared_file(directory, node.name)->id.id != node.id.id)
      continue;
    if (!take(node, static_cast<uint64_t>(node.id.id))) return;
  }
}

std::vector<std::string> Reader::shared_names(int64_t directory) {
  const ReadTransaction one_state(*connection_);
  std::vector<std::string> names;
  const auto job = parent(directory);
  Statement rows(*connection_, queries::kFileIds);
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
