// SPDX-License-Identifier: Apache-2.0
#include "index/database/lock.h"
#include "tests/support/indexed_storage.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text/message.h"
#include "index/database/index_file.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {
namespace {

namespace stdfs = std::filesystem;

int64_t count(index::Connection& db, const char* sql) {
  return db.integer(sql);
}

}  // namespace

void replace_file(const std::string& path, const std::string& bytes) {
  stdfs::create_directories(stdfs::path(path).parent_path());
  // Makes another inode each time, so that no test depends on the clock's resolution.
  const std::string temporary = path + ".tmp";
  std::ofstream(temporary, std::ios::binary) << bytes;
  stdfs::rename(temporary, path);
}

void make_directory(const std::string& path) {
  stdfs::create_directories(path);
}

void remove_all(const std::string& path) {
  std::error_code ignored;
  stdfs::remove_all(path, ignored);
}

void copy_all(const std::string& from, const std::string& to) {
  stdfs::create_directories(stdfs::path(to).parent_path());
  stdfs::copy(from, to, stdfs::copy_options::recursive | stdfs::copy_options::copy_symlinks);
}

void rename_path(const std::string& from, const std::string& to) {
  stdfs::create_directories(stdfs::path(to).parent_path());
  stdfs::rename(from, to);
}

std::string metadata_with(const std::vector<std::string>& handles, int64_t checkpoint_id) {
  Incremental state;
  for (size_t i = 0; i < handles.size(); ++i)
    state.private_.emplace_back(base::format("{}.sst", i), handles[i]);
  return MetadataBuilder(4)
      .checkpoint_id(checkpoint_id)
      .op()
      .subtask({.managed_keyed = incremental(state)})
      .bytes();
}

std::string changelog_metadata(const std::vector<std::string>& handles) {
  std::vector<std::pair<int64_t, std::string>> files;
  for (const std::string& handle : handles) files.emplace_back(0, handle);
  return MetadataBuilder(4).op().subtask({.managed_keyed = changelog({}, {changelog_files(files)})}).bytes();
}

IndexedStorage::IndexedStorage() : source_(temporary.path() + "/src") {
  make_directory(source_);
  options.sources = {source_};
  options.index_file = temporary.path() + "/index/file";
}

std::string IndexedStorage::path(const std::string& relative) const {
  return source_ + "/" + relative;
}

std::string IndexedStorage::uri(const std::string& relative) const {
  return "file:" + path(relative);
}

void IndexedStorage::state_file(const std::string& relative, size_t size) {
  replace_file(path(relative), std::string(size, 's'));
}

void IndexedStorage::snapshot(const std::string& directory, const std::vector<std::string>& handles,
                              int64_t checkpoint_id) {
  metadata(directory, metadata_with(handles, checkpoint_id));
}

void IndexedStorage::metadata(const std::string& directory, const std::string& bytes) {
  replace_file(path(directory.empty() ? "_metadata" : directory + "/_metadata"), bytes);
}

index::ScanResult IndexedStorage::scan() {
  const index::IndexLock lock(options.index_file, "test");
  index::ScanResult result = index::scan(options, {});
  EXPECT_EQ("", contradiction());
  return result;
}

index::Reader& IndexedStorage::reader() {
  if (!reader_) reader_ = std::make_unique<index::Reader>(options.index_file);
  return *reader_;
}

index::Snapshot IndexedStorage::snapshot_at(const std::string& path) {
  const auto found = reader().snapshots().find_by_path(path);
  if (!found) throw std::runtime_error("no snapshot: " + path);
  return *found;
}

std::map<std::string, std::string> IndexedStorage::files(const std::string& path) {
  std::map<std::string, std::string> result;
  reader().snapshots().files_of(snapshot_at(path).id,
                                [&](const std::string& name, const index::FileLocation& file) {
                                  result[name] = to_string(file.status);
                                });
  return result;
}

std::vector<std::string> IndexedStorage::list(const std::string& path) {
  std::vector<std::string> names;
  reader().projection().list(find(path).id.id, 0, [&](const index::Node& entry, uint64_t) {
    names.push_back(entry.name);
    return true;
  });
  return names;
}

index::Node IndexedStorage::find(const std::string& path) {
  auto node = reader().projection().node(index::kRootNode);
  for (const auto& name : stdfs::path(path)) {
    if (name.empty()) continue;
    node = reader().projection().lookup(node->id.id, name.string());
    if (!node) throw std::runtime_error("not in the projection: " + path);
  }
  return *node;
}

std::string dump_index(const std::string& index_file) {
  const auto db = index::open_index_to_read(index_file);
  std::string text;
  const auto table = [&](const char* sql, int columns) {
    text += base::format("{}\n", sql);
    index::Statement rows(*db, sql);
    while (rows.step()) {
      for (int i = 0; i < columns; ++i) text += base::format("{}|", rows.is_null(i) ? "NULL" : rows.text(i));
      text += '\n';
    }
  };
  table("SELECT id, path, is_source FROM roots ORDER BY 1", 3);
  table("SELECT uri_prefix, scope, directory, inferred FROM mappings ORDER BY 1, 2, 4", 4);
  table("SELECT id, parent_id, name, root_id, path, mode, uid, gid, mtime_ns FROM directories ORDER BY 1", 9);
  table(
      "SELECT directory_id, metadata_device, metadata_inode, metadata_size, metadata_mtime_ns, "
      "metadata_mode, metadata_uid, "
      "metadata_gid, status, reason, version, kind, checkpoint_id, owned_size, file_handles, files, bytes, "
      "broken_files, "
      "has_changelog, stale, job_size FROM snapshot_rows ORDER BY 1",
      21);
  table("SELECT root_id, path, uri, files FROM state_directories ORDER BY 1, 2, 3", 4);
  table(
      "SELECT sf.id, sd.root_id, sd.path, sf.name, COALESCE(sf.uri, sd.uri || sf.name), device, inode, size, "
      "mtime_ns, mode, uid, gid, status, reason FROM state_file_rows sf JOIN state_directories sd "
      "ON sd.id = sf.directory_id ORDER BY 1",
      14);
  table("SELECT id, state_file_id, segment, start, length, name, status, reason, links FROM files ORDER BY 1",
        9);
  table("SELECT snapshot_id, ordinal, file_id, alias FROM reference_rows ORDER BY 1, 2", 4);
  table(
      "SELECT snapshot_id, ordinal, operator_id, name, uid, parallelism, max_parallelism, inline_bytes, "
      "file_bytes "
      "FROM operator_rows ORDER BY 1, 2",
      9);
  table("SELECT files, bytes, large_files, large_bytes, last_id FROM totals", 5);
  table("SELECT name, value FROM settings ORDER BY 1", 2);
  return text;
}

std::string IndexedStorage::dump() const {
  return dump_index(options.index_file);
}

std::string IndexedStorage::contradiction() const {
  const auto db = index::open_index_to_read(options.index_file);
  const std::pair<const char*, const char*> checks[] = {
      {"links",
       "SELECT COUNT(*) FROM files f WHERE links <> (SELECT COUNT(DISTINCT snapshot_id) FROM reference_rows "
       "r "
       "WHERE r.file_id = f.id)"},
      {"operators without snapshots",
       "SELECT COUNT(*) FROM operator_rows WHERE snapshot_id NOT IN (SELECT directory_id FROM "
       "snapshot_rows)"},
      {"files without links", "SELECT COUNT(*) FROM files WHERE links = 0"},
      {"state files without files",
       "SELECT COUNT(*) FROM state_file_rows s WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.state_file_id "
       "= "
       "s.id)"},
      {"files of directories",
       "SELECT COUNT(*) FROM state_directories d WHERE files <> (SELECT COUNT(*) FROM state_file_rows WHERE "
       "directory_id = d.id)"},
      {"directories without files", "SELECT COUNT(*) FROM state_directories WHERE files = 0"},
      {"plain files",
       "SELECT COUNT(*) FROM files WHERE (id = state_file_id) <> (name IS NULL) OR (name IS NULL AND "
       "segment)"},
      {"ids of files",
       "SELECT COUNT(*) FROM files f JOIN state_file_rows sf ON sf.id = f.id WHERE f.name IS NOT NULL"},
      {"last id",
       "SELECT (SELECT last_id FROM totals) < (SELECT MAX(id) FROM (SELECT id FROM files UNION SELECT id "
       "FROM "
       "state_file_rows))"},
      {"references without files",
       "SELECT COUNT(*) FROM reference_rows WHERE file_id NOT IN (SELECT id FROM files)"},
      {"references without snapshots",
       "SELECT COUNT(*) FROM reference_rows WHERE snapshot_id NOT IN (SELECT directory_id FROM "
       "snapshot_rows)"},
      {"total files", "SELECT (SELECT COUNT(*) FROM files) <> (SELECT files FROM totals)"},
      {"total bytes", "SELECT (SELECT TOTAL(MAX(length, 0)) FROM files) <> (SELECT bytes FROM totals)"},
      {"total large files",
       "SELECT (SELECT COUNT(*) FROM files WHERE segment = 0 AND length >= 131072) <> (SELECT large_files "
       "FROM "
       "totals)"},
      {"total large bytes",
       "SELECT (SELECT TOTAL(length) FROM files WHERE segment = 0 AND length >= 131072) <> (SELECT "
       "large_bytes "
       "FROM totals)"},
      {"files of snapshots",
       "SELECT COUNT(*) FROM snapshot_rows s WHERE files <> (SELECT COUNT(*) FROM reference_rows WHERE "
       "snapshot_id = "
       "s.directory_id)"},
      {"broken files",
       "SELECT COUNT(*) FROM snapshot_rows s WHERE broken_files <> (SELECT COUNT(*) FROM reference_rows r "
       "JOIN files f ON f.id = r.file_id WHERE snapshot_id = s.directory_id AND f.status <> 0)"},
      {"status", "SELECT COUNT(*) FROM snapshot_rows WHERE (status IN (1, 5, 6)) <> (broken_files > 0)"},
      {"snapshots without directories",
       "SELECT COUNT(*) FROM snapshot_rows WHERE directory_id NOT IN (SELECT id FROM directories)"},
      {"directories without parents",
       "SELECT COUNT(*) FROM directories WHERE id <> 1 AND parent_id NOT IN (SELECT id FROM directories)"},
      {"directories that lead to nothing",
       "SELECT COUNT(*) FROM directories d WHERE path <> '' AND NOT EXISTS (SELECT 1 FROM snapshot_rows "
       "WHERE "
       "directory_id = d.id) "
       "AND NOT EXISTS (SELECT 1 FROM directories WHERE parent_id = d.id)"},
      {"stale snapshots", "SELECT COUNT(*) FROM snapshot_rows WHERE stale <> 0"},
      {"unfinished scan", "SELECT COUNT(*) FROM settings WHERE name = 'unfinished scan'"},
      {"integrity", "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"},
  };
  std::string wrong;
  for (const auto& [name, sql] : checks) {
    if (count(*db, sql) != 0) wrong += base::format("{}; ", name);
  }
  return wrong;
}

}  // namespace checkpointfs::test
