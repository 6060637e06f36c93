// SPDX-License-Identifier: Apache-2.0
#include "index/rows/snapshot_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "base/text/message.h"
#include "index/rows/insert_many.h"
#include "storage/state_file.h"

namespace checkpointfs::index {

namespace {

// Most have no alias. Many rows by one statement take a third of the time: a run of them is written by
// statements of 128, 64, 32... rows.
constexpr size_t kMostAtOnce = 128;

const char* insert_references(size_t rows) {
  static const auto sql = [] {
    std::array<std::string, std::bit_width(kMostAtOnce)> texts;
    for (size_t i = 0; i < texts.size(); ++i) {
      texts[i] =
          insert_many("INTO reference_rows (snapshot_id, ordinal, file_id, alias) VALUES", size_t{1} << i,
                      [](size_t row) { return base::format("(?1, ?2 + {}, ?{}, NULL)", row, row + 3); });
    }
    return texts;
  }();
  return sql[std::bit_width(rows) - 1].c_str();
}

}  // namespace

MetadataIdentity identity_of(const struct stat& st) {
  return {static_cast<int64_t>(st.st_dev), static_cast<int64_t>(st.st_ino), static_cast<int64_t>(st.st_size),
          storage::mtime_ns(st)};
}

SnapshotRows::SnapshotRows(Connection& db, FileRows& files)
    : db_(db), files_(files), this_scan_(db.integer("SELECT scan + 1 FROM totals WHERE id = 1")) {}

std::optional<SnapshotRow> SnapshotRows::find(int64_t directory_id) {
  Statement row(
      db_,
      "SELECT metadata_device, metadata_inode, metadata_size, metadata_mtime_ns, metadata_mode, "
      "metadata_uid, metadata_gid, status, reason, version, kind, checkpoint_id, owned_size, job_size, "
      "file_handles, files, bytes, broken_files, has_changelog, stale "
      "FROM snapshot_rows WHERE directory_id = ?");
  row.bind(directory_id);
  if (!row.step()) return std::nullopt;
  return SnapshotRow{{row.integer(0), row.integer(1), row.integer(2), row.integer(3)},
                     row.integer(4),
                     row.integer(5),
                     row.integer(6),
                     static_cast<SnapshotStatus>(row.integer(7)),
                     row.string(8),
                     row.integer(9),
                     row.string(10),
                     row.integer(11),
                     row.integer(12),
                     row.integer(13),
                     row.integer(14),
                     row.integer(15),
                     row.integer(16),
                     row.integer(17),
                     row.integer(18) != 0,
                     row.integer(19) != 0};
}

void SnapshotRows::store(int64_t directory_id, const SnapshotRow& row,
                         const std::vector<ReferenceRow>& references_now,
                         const std::vector<OperatorRow>& operators_now) {
  const auto known = find(directory_id);
  const auto before = known ? references(directory_id) : std::vector<ReferenceRow>();
  if (!known || !(*known == row) || before != references_now) {
    Statement(
        db_,
        "INSERT OR REPLACE INTO snapshot_rows (directory_id, metadata_device, metadata_inode, metadata_size, "
        "metadata_mtime_ns, metadata_mode, metadata_uid, metadata_gid, status, reason, version, kind, "
        "checkpoint_id, owned_size, job_size, file_handles, files, bytes, broken_files, has_changelog, "
        "stale, changed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(directory_id, row.identity.device, row.identity.inode, row.identity.size, row.identity.mtime_ns,
              row.mode, row.uid, row.gid, static_cast<int64_t>(row.status), row.reason, row.version, row.kind,
              row.checkpoint_id, row.owned_size, row.job_size, row.file_handles, row.files, row.bytes,
              row.broken_files, int64_t{row.has_changelog}, int64_t{row.stale}, this_scan_)
        .run();
  }
  replace_references(directory_id, before, references_now);
  replace_operators(directory_id, operators_now);
}

void SnapshotRows::remove(int64_t directory_id) {
  replace_references(directory_id, references(directory_id), {});
  replace_operators(directory_id, {});
  Statement(db_, "DELETE FROM snapshot_rows WHERE directory_id = ?").bind(directory_id).run();
}

void SnapshotRows::store_owner(int64_t directory_id, const struct stat& st) {
  Statement(db_,
            "UPDATE snapshot_rows SET metadata_mode = ?, metadata_uid = ?, metadata_gid = ?, changed = ? "
            "WHERE directory_id = ?")
      .bind(int64_t{st.st_mode}, int64_t{st.st_uid}, int64_t{st.st_gid}, this_scan_, directory_id)
      .run();
}

std::vector<ReferenceRow> SnapshotRows::references(int64_t directory_id) {
  std::vector<ReferenceRow> result;
  Statement rows(db_, "SELECT file_id, alias FROM reference_rows WHERE snapshot_id = ? ORDER BY ordinal");
  rows.bind(directory_id);
  while (rows.step()) {
    result.push_back({rows.integer(0), rows.is_null(1) ? std::nullopt : std::optional(rows.string(1))});
  }
  return result;
}

void SnapshotRows::replace_references(int64_t directory_id, const std::vector<ReferenceRow>& before,
                                      const std::vector<ReferenceRow>& after) {
  if (before == after) return;
  for (const ReferenceRow& reference : before) files_.unlink(reference.file_id);
  if (!before.empty())
    Statement(db_, "DELETE FROM reference_rows WHERE snapshot_id = ?").bind(directory_id).run();
  Statement insert(db_,
                   "INSERT INTO reference_rows (snapshot_id, ordinal, file_id, alias) VALUES (?, ?, ?, ?)");
  for (auto row = after.begin(); row != after.end();) {
    if (row->alias) {
      insert.bind(directory_id, row - after.begin(), row->file_id, *row->alias).run();
      ++row;
      continue;
    }
    const auto most = row + std::min(after.end() - row, ptrdiff_t{kMostAtOnce});
    const auto end = std::find_if(row, most, [](const ReferenceRow& other) { return other.alias; });
    const size_t rows = std::bit_floor(static_cast<size_t>(end - row));
    std::array<int64_t, kMostAtOnce + 2> values = {directory_id, row - after.begin()};
    for (size_t i = 0; i < rows; ++i) values[i + 2] = (row++)->file_id;
    Statement(db_, insert_references(rows)).bind_all(std::span(values).first(rows + 2)).run();
  }
  for (const ReferenceRow& reference : after) files_.link(reference.file_id);
}

std::vector<OperatorRow> SnapshotRows::operators(int64_t directory_id) {
  std::vector<OperatorRow> result;
  Statement rows(db_,
                 "SELECT operator_id, name, uid, parallelism, max_parallelism, inline_bytes, file_bytes "
                 "FROM operator_rows WHERE snapshot_id = ? ORDER BY ordinal");
  rows.bind(directory_id);
  while (rows.step()) {
    result.push_back({rows.string(0), rows.string(1), rows.string(2), rows.integer(3), rows.integer(4),
                      rows.integer(5), rows.integer(6)});
  }
  return result;
}

void SnapshotRows::replace_operators(int64_t directory_id, const std::vector<OperatorRow>& after) {
  const std::vector<OperatorRow> before = operators(directory_id);
  if (before == after) return;
  if (!before.empty())
    Statement(db_, "DELETE FROM operator_rows WHERE snapshot_id = ?").bind(directory_id).run();
  int64_t ordinal = 0;
  Statement insert(db_,
                   "INSERT INTO operator_rows (snapshot_id, ordinal, operator_id, name, uid, parallelism, "
                   "max_parallelism, inline_bytes, file_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const OperatorRow& row : after) {
    insert
        .bind(directory_id, ordinal++, row.operator_id, row.name, row.uid, row.parallelism,
              row.max_parallelism, row.inline_bytes, row.file_bytes)
        .run();
  }
}

void SnapshotRows::mark_stale(int64_t directory_id) {
  Statement(db_, "UPDATE snapshot_rows SET stale = 1 WHERE directory_id = ?").bind(directory_id).run();
}

void SnapshotRows::mark_stale_by_state_file(int64_t state_file_id) {
  Statement(
      db_,
      "UPDATE snapshot_rows SET stale = 1 WHERE directory_id IN (SELECT snapshot_id FROM reference_rows "
      "WHERE file_id = ?1 UNION SELECT r.snapshot_id FROM files f JOIN reference_rows r ON r.file_id = "
      "f.id WHERE f.state_file_id = ?1 AND f.id <> f.state_file_id)")
      .bind(state_file_id)
      .run();
}

void SnapshotRows::mark_stale_below(int64_t root_id, const std::string& path, bool all) {
  // '0' follows '/': from "path/" to "path0" is what lies below path.
  const std::string from = path.empty() ? "" : path + "/";
  const std::string to = path.empty() ? "\xff\xff" : path + "0";
  Statement(
      db_,
      "UPDATE snapshot_rows SET stale = 1 WHERE (status <> 0 OR ?1) AND directory_id IN (SELECT id FROM "
      "directories "
      "WHERE root_id = ?2 AND path = ?3 UNION ALL "
      "SELECT id FROM directories WHERE root_id = ?2 AND path >= ?4 AND path < ?5)")
      .bind(int64_t{all}, root_id, path, from, to)
      .run();
}

bool SnapshotRows::shows_any_of(int64_t directory_id, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    Statement row(
        db_,
        "SELECT 1 FROM reference_rows INDEXED BY references_by_alias WHERE snapshot_id = ?1 AND alias = ?2 "
        "UNION ALL "
        "SELECT 1 FROM files f CROSS JOIN reference_rows r ON r.file_id = f.id AND r.snapshot_id = ?1 "
        "WHERE f.name = ?2 AND r.alias IS NULL UNION ALL "
        "SELECT 1 FROM state_file_rows sf CROSS JOIN files f ON f.id = sf.id CROSS JOIN reference_rows r "
        "ON r.file_id = f.id AND r.snapshot_id = ?1 WHERE sf.name = ?2 AND r.alias IS NULL LIMIT 1");
    row.bind(directory_id, name);
    if (row.step()) return true;
  }
  return false;
}

}  // namespace checkpointfs::index
