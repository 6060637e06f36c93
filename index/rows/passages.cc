// SPDX-License-Identifier: Apache-2.0
#include "index/rows/passages.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string_view>

#include "base/path.h"
#include "base/unique_fd.h"

namespace checkpointfs::index {
namespace {

// Added to `passage` of the rows that this scan has changed. New ones have files of new or changed snapshots
// only.
constexpr int64_t kChanged = 8;

#define CHECKPOINTFS_ROWS \
  "SELECT id, root_id, path, passage, passage_uid, passage_gid FROM state_directories "
constexpr const char* kUnknown = CHECKPOINTFS_ROWS "WHERE passage = -1 ORDER BY root_id, path";
constexpr const char* kAll = CHECKPOINTFS_ROWS "ORDER BY root_id, path";
constexpr const char* kBelow =
    CHECKPOINTFS_ROWS "WHERE root_id = ? AND path >= ? AND path < ? ORDER BY root_id, path";
#undef CHECKPOINTFS_ROWS

// Directories that cannot be looked at are above what this process was let into: they let everybody pass.
storage::Passage above_of(const std::string& path) {
  storage::Passage passage;
  if (path == "/") return passage;
  for (size_t end = 0; end != std::string::npos; end = path.find('/', end + 1)) {
    const std::string directory = end == 0 ? "/" : path.substr(0, end);
    const base::UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    struct stat st = {};
    if (!fd || ::fstat(fd.get(), &st) != 0) continue;
    const uint32_t mode = storage::with_closed(st.st_mode, storage::closed_by_list_of(fd.get(), st.st_mode));
    passage = passage.then(mode, st.st_uid, st.st_gid);
  }
  return passage;
}

// Below a directory as cli/private_directory.h makes them.
bool is_mounted_by_us(const std::string& path) {
  const auto below = [&](const char* variable, const char* name) {
    const char* const directory = std::getenv(variable);
    if (directory == nullptr || directory[0] != '/') return false;
    const std::string_view all(directory);
    return path.starts_with(std::string(all.substr(0, all.find(':'))) + name);
  };
  return path.starts_with("/run/checkpointfs/") || below("RUNTIME_DIRECTORY", "/private/") ||
         below("XDG_RUNTIME_DIR", "/checkpointfs/");
}

}  // namespace

Passages::Passages(Connection& db, const std::vector<storage::Root>& roots,
                   const storage::ScanRoots& directories)
    : db_(db), directories_(directories) {
  for (const storage::Root& root : roots) {
    // The directories above may be those of a store that hangs.
    const auto above = directories_.ask(root.id, [path = root.path](int) {
      return is_mounted_by_us(path) ? storage::Passage() : above_of(path);
    });
    above_[root.id] = above.value_or(storage::Passage::closed());
  }
}

std::optional<storage::Passage> Passages::through(int64_t root_id, const std::string& path) {
  if (root_id != last_root_) last_.clear();
  last_root_ = root_id;
  while (!last_.empty() && !base::is_at_or_below(path, last_.back().first)) last_.pop_back();
  while (last_.empty() || last_.back().first.size() < path.size()) {
    // The next component; first the root itself.
    std::string directory;
    if (!last_.empty()) {
      const size_t from = last_.back().first.empty() ? 0 : last_.back().first.size() + 1;
      directory = path.substr(0, path.find('/', from));
    }
    struct Seen {
      int error = 0;
      struct stat st = {};
    };
    const auto seen = directories_.ask(root_id, [directory](int root) {
      Seen result;
      result.error = storage::look_beneath(root, directory.empty() ? "." : directory.c_str(), &result.st);
      return result;
    });
    if (!seen) return std::nullopt;
    const struct stat& st = seen->st;
    if (seen->error != 0 || !S_ISDIR(st.st_mode)) return storage::Passage::closed();
    const storage::Passage before = last_.empty() ? above_.at(root_id) : last_.back().second;
    last_.emplace_back(std::move(directory), before.then(st.st_mode, st.st_uid, st.st_gid));
  }
  return last_.back().second;
}

void Passages::store(const Row& row) {
  Statement(db_, "UPDATE state_directories SET passage = ?, passage_uid = ?, passage_gid = ? WHERE id = ?")
      .bind(int64_t{row.passage.allowed} + (row.allowed >= 0 ? kChanged : 0), int64_t{row.passage.uid},
            int64_t{row.passage.gid}, row.id)
      .run();
}

void Passages::look_at(Statement& rows) {
  std::vector<Row> changed;
  while (rows.step()) {
    Row row{rows.integer(0), rows.integer(1), rows.string(2), rows.integer(3), {}};
    const storage::Passage known = {static_cast<uint32_t>(row.allowed & (kChanged - 1)),
                                    static_cast<uint32_t>(rows.integer(4)),
                                    static_cast<uint32_t>(rows.integer(5))};
    // A file below no root is broken, and says so when it is opened.
    std::string path = row.path;
    while (!path.empty() && path.back() == '/') path.pop_back();
    if (row.root_id != 0 && !above_.contains(row.root_id)) continue;  // what is left of a root that is gone
    const auto now = row.root_id == 0 ? storage::Passage() : through(row.root_id, path);
    if (!now || (row.allowed >= 0 && known == *now)) continue;
    row.passage = *now;
    changed.push_back(std::move(row));
  }
  for (const Row& row : changed) store(row);
}

void Passages::look_at_unknown() {
  Statement rows(db_, kUnknown);
  look_at(rows);
}

void Passages::look_at_all() {
  Statement rows(db_, kAll);
  look_at(rows);
}

void Passages::look_below(int64_t root_id, const std::string& path) {
  // '0' follows '/'.
  Statement rows(db_, kBelow);
  rows.bind(root_id, path.empty() ? "" : path + "/", path.empty() ? "\xff\xff" : path + "0");
  look_at(rows);
}

void Passages::mark_changed(int64_t scan) {
  Statement any(db_, "SELECT 1 FROM state_directories WHERE passage >= 8 LIMIT 1");
  if (!any.step()) return;
  any.reset();
  // Plain files have the id of their state file; see tables.h.
  Statement(db_,
            "UPDATE snapshot_rows SET changed = ?1 WHERE changed <> ?1 AND directory_id IN ("
            "SELECT r.snapshot_id FROM state_file_rows sf CROSS JOIN state_directories sd ON sd.id = "
            "sf.directory_id "
            "CROSS JOIN reference_rows r ON r.file_id = sf.id WHERE sd.passage >= 8 UNION "
            "SELECT r.snapshot_id FROM state_file_rows sf CROSS JOIN state_directories sd ON sd.id = "
            "sf.directory_id "
            "CROSS JOIN files f ON f.state_file_id = sf.id AND f.id <> f.state_file_id "
            "CROSS JOIN reference_rows r ON r.file_id = f.id WHERE sd.passage >= 8)")
      .bind(scan)
      .run();
  db_.execute("UPDATE state_directories SET passage = passage - 8 WHERE passage >= 8");
}

}  // namespace checkpointfs::index
