// SPDX-License-Identifier: Apache-2.0
#include "index/rows/directory_rows.h"

#include <sys/stat.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/path.h"
#include "flink/uri.h"
#include "index/database/types.h"
#include "storage/access.h"

namespace checkpointfs::index {
namespace {

int64_t projected_mode(uint32_t mode) {
  return storage::with_closed(S_IFDIR | (mode & kDirectoryMode), storage::closed_of(mode));
}

}  // namespace

std::optional<int64_t> DirectoryRows::find(int64_t root_id, const std::string& path) {
  Statement row(db_, "SELECT id FROM directories WHERE root_id = ? AND path = ?");
  row.bind(root_id, path);
  if (!row.step()) return std::nullopt;
  return row.integer(0);
}

int64_t DirectoryRows::ensure(int64_t root_id, storage::FoundDirectory& directory, int64_t mtime_ns) {
  if (directory.row != 0) return directory.row;
  const int64_t parent = directory.parent ? ensure(root_id, *directory.parent, mtime_ns) : 0;
  uint32_t found = directory.mode;
  // All else that leads to it is shown, and closed there as it is here.
  if (!directory.parent)
    found = storage::with_closed(found, passages_.above(root_id).closes(directory.uid, directory.gid));
  const int64_t mode = projected_mode(found);
  Statement known(db_, "SELECT id, mode, uid, gid FROM directories WHERE root_id = ? AND path = ?");
  known.bind(root_id, directory.path);
  if (!known.step()) {
    Statement(db_,
              "INSERT INTO directories (parent_id, name, root_id, path, mode, uid, gid, mtime_ns) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(parent, base::last_component(directory.path), root_id, directory.path, mode,
              int64_t{directory.uid}, int64_t{directory.gid}, mtime_ns)
        .run();
    return directory.row = db_.last_insert_id();
  }
  directory.row = known.integer(0);
  const bool same =
      known.integer(1) == mode && known.integer(2) == directory.uid && known.integer(3) == directory.gid;
  if (!same) {
    Statement(db_, "UPDATE directories SET mode = ?, uid = ?, gid = ? WHERE id = ?")
        .bind(mode, int64_t{directory.uid}, int64_t{directory.gid}, directory.row)
        .run();
  }
  return directory.row;
}

void DirectoryRows::tidy() {
  std::unordered_map<int64_t, int64_t> newest;  // below each directory
  std::vector<std::pair<int64_t, int64_t>> changed;
  std::vector<int64_t> empty;
  {
    // A directory's row is made before those below it, so the largest id first is the bottom first.
    Statement rows(
        db_,
        "SELECT d.id, d.parent_id, d.mtime_ns, s.metadata_mtime_ns, d.path = '' "
        "FROM directories d LEFT JOIN snapshot_rows s ON s.directory_id = d.id ORDER BY d.id DESC");
    while (rows.step()) {
      const int64_t id = rows.integer(0);
      const auto below = newest.find(id);
      const bool leads = below != newest.end();
      const bool is_snapshot = !rows.is_null(3);
      const int64_t shown = is_snapshot ? rows.integer(3) : leads ? below->second : 0;
      const int64_t passed_on = is_snapshot && leads ? std::max(shown, below->second) : shown;
      const bool is_top = rows.integer(4) != 0;
      if (leads) newest.erase(below);
      if (is_snapshot || leads) {
        const auto [above, added] = newest.try_emplace(rows.integer(1), passed_on);
        if (!added) above->second = std::max(above->second, passed_on);
      } else if (!is_top) {
        empty.push_back(id);
        continue;
      }
      if (shown != rows.integer(2)) changed.emplace_back(id, shown);
    }
  }
  for (const int64_t id : empty) Statement(db_, "DELETE FROM directories WHERE id = ?").bind(id).run();
  for (const auto& [id, mtime_ns] : changed) {
    Statement(db_, "UPDATE directories SET mtime_ns = ? WHERE id = ?").bind(mtime_ns, id).run();
  }
}

}  // namespace checkpointfs::index
