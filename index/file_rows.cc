// SPDX-License-Identifier: Apache-2.0
#include "index/file_rows.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace checkpointfs::index {
namespace {

constexpr int kNamesakes = 16;

}  // namespace

void FileRows::next_snapshot() {
  state_files_.next_generation();
  files_.next_generation();
}

std::optional<StateFileRow> FileRows::find(int64_t root_id, const std::string& path) {
  Place place(root_id, path);
  if (const StateFileRow* recent = state_files_.find(place)) return *recent;
  Statement row(db_, "SELECT id, status, size FROM state_files WHERE root_id = ? AND path = ?");
  row.bind(root_id, path);
  if (!row.step()) return std::nullopt;
  const StateFileRow found{row.integer(0), static_cast<FileStatus>(row.integer(1)), row.integer(2)};
  state_files_.put(std::move(place), found);
  return found;
}

StateFileRow FileRows::insert(int64_t root_id, const std::string& path, const std::string& uri,
                              const StateFileFacts& facts) {
  Statement(db_,
            "INSERT INTO state_files (root_id, path, uri, device, inode, size, mtime_ns, mode, uid, gid, "
            "status, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(root_id, path, uri, static_cast<int64_t>(facts.device), static_cast<int64_t>(facts.inode),
            facts.size, facts.mtime_ns, int64_t{facts.mode}, int64_t{facts.uid}, int64_t{facts.gid},
            static_cast<int64_t>(facts.status), facts.reason)
      .run();
  const StateFileRow row{db_.last_insert_id(), facts.status, facts.size};
  state_files_.put({root_id, path}, row);
  return row;
}

void FileRows::update(int64_t id, const StateFileFacts& facts) {
  state_files_.clear();
  files_.clear();
  Statement(db_,
            "UPDATE state_files SET device = ?, inode = ?, size = ?, mtime_ns = ?, mode = ?, uid = ?, gid = "
            "?, status = ?, "
            "reason = ? WHERE id = ?")
      .bind(static_cast<int64_t>(facts.device), static_cast<int64_t>(facts.inode), facts.size, facts.mtime_ns,
            int64_t{facts.mode}, int64_t{facts.uid}, int64_t{facts.gid}, static_cast<int64_t>(facts.status),
            facts.reason, id)
      .run();
  struct Changed {
    int64_t id;
    FileStatus status;
    std::string reason;
  };
  std::vector<Changed> files;
  {
    Statement rows(db_, "SELECT id, segment, start, length FROM files WHERE state_file_id = ? ORDER BY id");
    rows.bind(id);
    while (rows.step()) {
      const bool segment = rows.integer(1) != 0;
      const FileStatus status =
          projected_status(facts.status, facts.size, segment, rows.integer(2), rows.integer(3));
      const bool wrong_size = status == FileStatus::kWrongSize;
      files.push_back(
          {rows.integer(0), status,
           wrong_size ? wrong_size_reason(facts.size, segment, rows.integer(2), rows.integer(3)) : ""});
    }
  }
  for (const Changed& file : files) {
    Statement(db_, "UPDATE files SET status = ?, reason = ? WHERE id = ?")
        .bind(static_cast<int64_t>(file.status), file.reason, file.id)
        .run();
  }
}

bool FileRows::is_crowded(const std::string& name) {
  static_assert(kNamesakes == 16);
  Statement rows(db_, "SELECT 1 FROM files WHERE name = ? LIMIT 1 OFFSET 15");
  rows.bind(name);
  return rows.step();
}

FileRow FileRows::file(const StateFileRow& state_file, bool segment, int64_t start, int64_t length,
                       const std::string& name) {
  const FileKey key{state_file.id, segment, start, length};
  if (const FileRow* recent = files_.find(key)) return *recent;
  FileRow file;
  Statement known(db_,
                  "SELECT id, status, name FROM files WHERE state_file_id = ? AND segment = ? AND start = ? "
                  "AND length = ?");
  known.bind(state_file.id, int64_t{segment}, start, length);
  if (known.step()) {
    file = {known.integer(0), static_cast<FileStatus>(known.integer(1)), known.string(2)};
  } else {
    const FileStatus status = projected_status(state_file.status, state_file.size, segment, start, length);
    const bool wrong_size = status == FileStatus::kWrongSize;
    file.name = is_crowded(name) ? "" : name;
    Statement(db_,
              "INSERT INTO files (state_file_id, segment, start, length, name, status, reason, links) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, 0)")
        .bind(state_file.id, int64_t{segment}, start, length, file.name, static_cast<int64_t>(status),
              wrong_size ? wrong_size_reason(state_file.size, segment, start, length) : "")
        .run();
    file.id = db_.last_insert_id();
    file.status = status;
  }
  files_.put(key, file);
  return file;
}

void FileRows::flush() {
  // Sums of hostile sizes must neither fail nor get lost: modulo 2^64 they can be taken back.
  std::array<uint64_t, 4> sums = {};  // as the columns of totals
  for (const auto& [id, difference] : links_) {
    if (difference == 0) continue;
    Statement row(db_, "UPDATE files SET links = links + ? WHERE id = ? RETURNING links, length, segment");
    row.bind(difference, id);
    if (!row.step()) continue;
    const int64_t now = row.integer(0);
    const int64_t length = std::max<int64_t>(row.integer(1), 0);
    const auto bytes = static_cast<uint64_t>(length);
    const bool large = row.integer(2) == 0 && length >= kLargeFile;
    const std::array<uint64_t, 4> file = {1, bytes, large ? 1U : 0U, large ? bytes : 0};
    for (size_t i = 0; i < sums.size(); ++i) {
      if (now == difference) sums[i] += file[i];
      if (now == 0) sums[i] -= file[i];
    }
  }
  links_.clear();
  if (sums == decltype(sums){}) return;
  Statement totals(db_, "SELECT files, bytes, large_files, large_bytes FROM totals WHERE id = 1");
  if (!totals.step()) return;
  const auto sum = [&](size_t i) {
    return static_cast<int64_t>(sums[i] + static_cast<uint64_t>(totals.integer(static_cast<int>(i))));
  };
  Statement(db_, "UPDATE totals SET files = ?, bytes = ?, large_files = ?, large_bytes = ? WHERE id = 1")
      .bind(sum(0), sum(1), sum(2), sum(3))
      .run();
}

void FileRows::remove_unreferenced() {
  state_files_.clear();
  files_.clear();
  std::set<int64_t> state_files;
  {
    Statement removed(db_, "DELETE FROM files WHERE links = 0 RETURNING state_file_id");
    while (removed.step()) state_files.insert(removed.integer(0));
  }
  for (const int64_t id : state_files) {
    Statement(
        db_,
        "DELETE FROM state_files WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM files WHERE state_file_id = ?1)")
        .bind(id)
        .run();
  }
}

}  // namespace checkpointfs::index
