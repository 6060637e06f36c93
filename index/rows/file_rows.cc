// SPDX-License-Identifier: Apache-2.0
#include "index/rows/file_rows.h"

#include <algorithm>
#include <array>

#include "base/path.h"
#include "base/text/message.h"
#include "flink/uri.h"
#include "index/database/index_file.h"
#include "index/database/types.h"
#include "index/rows/insert_many.h"

namespace checkpointfs::index {
namespace {

// Rows with one name. The queries have it less one.
constexpr int kNamesakes = 16;

std::string reason_of(storage::FileStatus status, int64_t size, bool segment, int64_t start, int64_t length) {
  return status == storage::FileStatus::kWrongSize ? storage::wrong_size_reason(size, segment, start, length)
                                                   : "";
}

std::string_view without(std::string_view text, std::string_view end) {
  return text.substr(0, text.size() - end.size());
}

// Inserts plain files. Many rows by one statement take half of the time.
class PlainFileRows {
 public:
  explicit PlainFileRows(Connection& db) : many_(db, insert_plain_files()), one_(db, kInsertOne) {}

  void add(int64_t id, int64_t length, int64_t status, const std::string& reason, int64_t links) {
    if (status != 0) {
      one_.bind(id, length, status, reason, links).run();
      return;
    }
    for (const int64_t value : {id, length, links}) waiting_[used_++] = value;
    if (used_ == waiting_.size()) {
      many_.bind_all(waiting_).run();
      used_ = 0;
    }
  }
  // REQUIRES: called at the end.
  void finish() {
    for (size_t i = 0; i < used_; i += kColumns)
      one_.bind(waiting_[i], waiting_[i + 1], int64_t{0}, "", waiting_[i + 2]).run();
    used_ = 0;
  }

 private:
  static constexpr const char* kInsertOne =
      "INSERT INTO files (id, state_file_id, segment, start, length, name, status, reason, links) "
      "VALUES (?1, ?1, 0, 0, ?2, NULL, ?3, ?4, ?5)";
  static constexpr size_t kColumns = 3;
  static constexpr size_t kRows = 32;

  static const char* insert_plain_files() {
    static const std::string sql = insert_many(
        "INTO files (id, state_file_id, segment, start, length, name, status, reason, links) VALUES", kRows,
        [](size_t i) {
          const size_t first = kColumns * i + 1;
          return base::format("(?{}, ?{}, 0, 0, ?{}, NULL, 0, '', ?{})", first, first, first + 1, first + 2);
        });
    return sql.c_str();
  }

  Statement many_;
  Statement one_;
  std::array<int64_t, kColumns* kRows> waiting_ = {};
  size_t used_ = 0;
};

using Sums = std::array<uint64_t, 4>;  // the columns of totals

Sums sums_of(int64_t length, bool segment) {
  const auto bytes = static_cast<uint64_t>(std::max<int64_t>(length, 0));
  if (segment || length < kLargeFile) return {1, bytes, 0, 0};
  return {1, bytes, 1, bytes};
}

}  // namespace

FileRows::FileRows(Connection& db, size_t most_new_names)
    : db_(db), last_id_(db.integer("SELECT last_id FROM totals WHERE id = 1")) {
  if (lacks_indexes(db)) new_names_.emplace(most_new_names);
}

void FileRows::make_indexes() {
  if (!new_names_) return;
  index::make_indexes(db_);
  new_names_.reset();
}

void FileRows::next_snapshot() {
  if (new_names_ && new_names_->is_full()) make_indexes();
  state_files_.next_generation();
  files_.next_generation();
  if (directories_.size() > kRecent) directories_.clear();
}

std::vector<FileRows::Directory>& FileRows::directories(int64_t root_id, std::string_view path) {
  const auto known = directories_.find(RootedPathView(root_id, path));
  if (known != directories_.end()) return known->second;
  std::vector<Directory>& found = directories_[RootedPath(root_id, path)];
  Statement rows(db_, "SELECT id, uri FROM state_directories WHERE root_id = ? AND path = ? ORDER BY id");
  rows.bind(root_id, path);
  while (rows.step()) found.push_back({rows.integer(0), rows.string(1)});
  return found;
}

int64_t FileRows::ensure_directory(int64_t root_id, std::string_view path, std::string_view uri) {
  std::vector<Directory>& known = directories(root_id, path);
  for (const Directory& directory : known) {
    if (directory.uri == uri) return directory.id;
  }
  Statement(db_, "INSERT INTO state_directories (root_id, path, uri, files) VALUES (?, ?, ?, 0)")
      .bind(root_id, path, uri)
      .run();
  known.push_back({db_.last_insert_id(), std::string(uri)});
  return known.back().id;
}

std::optional<StateFileRow> FileRows::find_row(std::string_view name, int64_t directory_id) {
  const auto found = [](Statement& row) -> std::optional<StateFileRow> {
    if (!row.step()) return std::nullopt;
    return StateFileRow{row.integer(0), static_cast<storage::FileStatus>(row.integer(1)), row.integer(2)};
  };
  if (!new_names_) {
    Statement row(db_, "SELECT id, status, size FROM state_file_rows WHERE name = ? AND directory_id = ?");
    return found(row.bind(name, directory_id));
  }
  Statement row(
      db_, "SELECT id, status, size FROM state_file_rows WHERE id = ? AND name = ? AND directory_id = ?");
  std::optional<StateFileRow> result;
  new_names_->any(name, [&](int64_t id) {
    result = found(row.bind(id, name, directory_id));
    return result.has_value();
  });
  return result;
}

std::optional<StateFileRow> FileRows::find(const storage::FilePlace& place) {
  const int64_t root_id = place.root_id();
  const std::string_view path = place.path();
  if (const StateFileRow* recent = state_files_.find(HashedPath{{root_id, path}, place.hash})) return *recent;
  const std::string_view base = base::last_component(path);
  for (const std::string_view name : {base, path}) {
    for (const Directory& directory : directories(root_id, without(path, name))) {
      auto found = find_row(name, directory.id);
      if (!found) continue;
      found->has_base_name = name == base;
      state_files_.put(RootedPath(root_id, path), *found);
      return found;
    }
  }
  return std::nullopt;
}

bool FileRows::is_crowded(std::string_view name) {
  static_assert(kNamesakes == 16);
  if (!new_names_) {
    Statement namesakes(db_, "SELECT 1 FROM state_file_rows WHERE name = ? LIMIT 1 OFFSET 15");
    return namesakes.bind(name).step();
  }
  int namesakes = 0;
  return new_names_->any(name, [&](int64_t) { return ++namesakes == kNamesakes; });
}

StateFileRow FileRows::insert(const storage::FilePlace& place, const storage::StateFileFacts& facts) {
  const int64_t root_id = place.root_id();
  const std::string& path = place.path();
  const std::string_view uri = place.uri;
  std::string_view name = base::last_component(path);
  if (is_crowded(name)) name = path;
  const bool derived = uri.ends_with(name);
  const int64_t directory =
      ensure_directory(root_id, without(path, name), derived ? without(uri, name) : std::string_view());
  Statement insert(
      db_,
      "INSERT INTO state_file_rows (id, directory_id, name, uri, device, inode, size, mtime_ns, mode, "
      "uid, gid, status, reason) VALUES (?, ?, ?, NULLIF(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert
      .bind(++last_id_, directory, name, derived ? std::string_view() : uri,
            static_cast<int64_t>(facts.device), static_cast<int64_t>(facts.inode), facts.size, facts.mtime_ns,
            int64_t{facts.mode}, int64_t{facts.uid}, int64_t{facts.gid}, static_cast<int64_t>(facts.status),
            facts.reason)
      .run();
  if (new_names_) new_names_->add(name, last_id_);
  ++in_directory_[directory];
  StateFileRow row{last_id_, facts.status, facts.size,
                   name.size() < path.size() || path.find('/') == path.npos, false};
  state_files_.put({root_id, path}, row);
  row.is_new = true;
  return row;
}

bool FileRows::is_another_now(int64_t id, const storage::StateFileFacts& facts) {
  Statement row(db_, "SELECT status, size, mtime_ns FROM state_file_rows WHERE id = ?");
  row.bind(id);
  if (!row.step()) return false;
  storage::StateFileFacts then;
  then.status = static_cast<storage::FileStatus>(row.integer(0));
  then.size = row.integer(1);
  then.mtime_ns = row.integer(2);
  return storage::is_another(then, facts);
}

void FileRows::renumber_file(int64_t id, int64_t now) {
  Statement(db_, "UPDATE files SET id = ? WHERE id = ?").bind(now, id).run();
  Statement(db_, "UPDATE reference_rows SET file_id = ? WHERE file_id = ?").bind(now, id).run();
  std::replace(unreferenced_.begin(), unreferenced_.end(), id, now);
}

int64_t FileRows::renumber(int64_t id) {
  const int64_t now = ++last_id_;
  std::vector<int64_t> others;
  {
    Statement rows(db_, "SELECT id FROM files WHERE state_file_id = ?1 AND id <> state_file_id ORDER BY id");
    rows.bind(id);
    while (rows.step()) others.push_back(rows.integer(0));
  }
  Statement(db_, "UPDATE state_file_rows SET id = ? WHERE id = ?").bind(now, id).run();
  Statement(db_, "UPDATE files SET state_file_id = ?1 WHERE state_file_id = ?2 AND id <> state_file_id")
      .bind(now, id)
      .run();
  for (const int64_t other : others) renumber_file(other, ++last_id_);
  // The plain file, if there is one.
  Statement plain(db_, "UPDATE files SET state_file_id = ?1 WHERE id = ?2 AND state_file_id = ?2");
  plain.bind(now, id).run();
  Statement is_there(db_, "SELECT 1 FROM files WHERE id = ?1 AND state_file_id = ?2");
  is_there.bind(id, now);
  if (is_there.step()) renumber_file(id, now);
  Statement(db_, "UPDATE totals SET last_id = ? WHERE id = 1").bind(last_id_).run();
  return now;
}

int64_t FileRows::update(int64_t id, const storage::StateFileFacts& facts) {
  state_files_.clear();
  files_.clear();
  make_indexes();
  flush();
  if (is_another_now(id, facts)) id = renumber(id);
  Statement(
      db_,
      "UPDATE state_file_rows SET device = ?, inode = ?, size = ?, mtime_ns = ?, mode = ?, uid = ?, gid = "
      "?, status = ?, "
      "reason = ? WHERE id = ?")
      .bind(static_cast<int64_t>(facts.device), static_cast<int64_t>(facts.inode), facts.size, facts.mtime_ns,
            int64_t{facts.mode}, int64_t{facts.uid}, int64_t{facts.gid}, static_cast<int64_t>(facts.status),
            facts.reason, id)
      .run();
  struct Changed {
    int64_t id;
    storage::FileStatus status;
    std::string reason;
  };
  std::vector<Changed> files;
  {
    Statement rows(
        db_,
        "SELECT id, segment, start, length FROM files WHERE id = ?1 AND state_file_id = ?1 UNION ALL "
        "SELECT id, segment, start, length FROM files WHERE state_file_id = ?1 AND id <> state_file_id "
        "ORDER BY id");
    rows.bind(id);
    while (rows.step()) {
      const bool segment = rows.integer(1) != 0;
      const storage::FileStatus status =
          storage::projected_status(facts.status, facts.size, segment, rows.integer(2), rows.integer(3));
      files.push_back({rows.integer(0), status,
                       reason_of(status, facts.size, segment, rows.integer(2), rows.integer(3))});
    }
  }
  for (const Changed& file : files) {
    Statement(db_, "UPDATE files SET status = ?, reason = ? WHERE id = ?")
        .bind(static_cast<int64_t>(file.status), file.reason, file.id)
        .run();
  }
  return id;
}

std::optional<FileRows::Plain> FileRows::find_plain(int64_t state_file_id) {
  const auto unwritten = unwritten_.find(state_file_id);
  if (unwritten != unwritten_.end()) return unwritten->second;
  Statement row(db_, "SELECT length, status FROM files WHERE id = ?1 AND state_file_id = ?1");
  row.bind(state_file_id);
  if (!row.step()) return std::nullopt;
  return Plain{row.integer(0), static_cast<storage::FileStatus>(row.integer(1)), {}};
}

std::optional<FileRow> FileRows::find_file(const FileKey& key, bool* plain_is_there) {
  if (!key.segment) {
    const auto plain = find_plain(key.state_file_id);
    *plain_is_there = plain.has_value();
    if (plain && plain->length == key.length) return FileRow{key.state_file_id, plain->status, std::nullopt};
  }
  Statement other(db_,
                  "SELECT id, status, name FROM files WHERE state_file_id = ? AND segment = ? AND start = ? "
                  "AND length = ? AND id <> state_file_id");
  other.bind(key.state_file_id, int64_t{key.segment}, key.start, key.length);
  if (!other.step()) return std::nullopt;
  return FileRow{other.integer(0), static_cast<storage::FileStatus>(other.integer(1)), other.string(2)};
}

FileRow FileRows::insert_file(const FileKey& key, const StateFileRow& state_file, bool plain,
                              std::string_view name) {
  FileRow file;
  file.status =
      storage::projected_status(state_file.status, state_file.size, key.segment, key.start, key.length);
  std::string reason = reason_of(file.status, state_file.size, key.segment, key.start, key.length);
  Statement insert(
      db_,
      "INSERT INTO files (id, state_file_id, segment, start, length, name, status, reason, links) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)");
  const auto status = static_cast<int64_t>(file.status);
  if (!plain) {
    file.id = ++last_id_;
    static_assert(kNamesakes == 16);
    Statement namesakes(db_, "SELECT 1 FROM files WHERE name = ? LIMIT 1 OFFSET 15");
    file.name = namesakes.bind(name).step() ? std::string_view() : name;
    insert
        .bind(file.id, state_file.id, int64_t{key.segment}, key.start, key.length, *file.name, status, reason)
        .run();
  } else if (unwritten_.size() < kRecent) {
    file.id = state_file.id;
    unwritten_[file.id] = {key.length, file.status, std::move(reason)};
  } else {
    file.id = state_file.id;
    insert.bind(file.id, file.id, int64_t{0}, int64_t{0}, key.length, nullptr, status, reason).run();
  }
  made_.push_back(file.id);
  return file;
}

FileRow FileRows::file(const storage::FilePlace& place, const StateFileRow& state_file, bool segment,
                       int64_t start, int64_t length, std::string_view name, std::string_view base_name) {
  if (!segment && state_file.plain && state_file.plain->length == length)
    return {state_file.id, state_file.plain->status, std::nullopt};
  const FileKey key{state_file.id, segment, start, length};
  if (const FileRow* recent = files_.find(key)) return *recent;
  bool plain_is_there = false;
  std::optional<FileRow> file;
  if (!state_file.is_new) file = find_file(key, &plain_is_there);
  if (!file) {
    const bool plain = !segment && !plain_is_there && state_file.has_base_name && name == base_name;
    file = insert_file(key, state_file, plain, name);
  }
  if (file->id != state_file.id) {
    files_.put(key, *file);
  } else if (StateFileRow* recent =
                 state_files_.find(HashedPath{{place.root_id(), place.path()}, place.hash})) {
    recent->plain = {length, file->status};
  }
  return *file;
}

void FileRows::remove_state_file(int64_t id) {
  Statement removed(
      db_,
      "DELETE FROM state_file_rows WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM files WHERE id = ?1 AND "
      "state_file_id = ?1) AND NOT EXISTS (SELECT 1 FROM files WHERE state_file_id = ?1 AND id <> "
      "state_file_id) RETURNING directory_id");
  removed.bind(id);
  if (removed.step()) --in_directory_[removed.integer(0)];
}

void FileRows::remove_unreferenced(bool all) {
  state_files_.clear();
  files_.clear();
  std::vector<int64_t> state_files;
  const auto collect = [&](Statement& removed) {
    while (removed.step()) state_files.push_back(removed.integer(0));
  };
  if (all) {
    Statement removed(db_, "DELETE FROM files WHERE links = 0 RETURNING state_file_id");
    collect(removed);
  } else {
    Statement removed(db_, "DELETE FROM files WHERE id = ? AND links = 0 RETURNING state_file_id");
    for (const int64_t id : unreferenced_) collect(removed.bind(id));
  }
  unreferenced_.clear();
  for (const int64_t id : state_files) remove_state_file(id);
  flush_directories();
}

void FileRows::flush_directories() {
  bool emptied = false;
  for (const auto& [id, difference] : in_directory_) {
    Statement row(db_, "UPDATE state_directories SET files = files + ? WHERE id = ? RETURNING files");
    row.bind(difference, id);
    if (!row.step() || row.integer(0) != 0) continue;
    row.reset();
    Statement(db_, "DELETE FROM state_directories WHERE id = ?").bind(id).run();
    emptied = true;
  }
  in_directory_.clear();
  if (emptied) directories_.clear();
}

void FileRows::flush() {
  flush_directories();
  for (const int64_t id : made_) links_.try_emplace(id, 0);
  // Links are written in the order of the table.
  std::vector<std::pair<int64_t, int64_t>> links(links_.begin(), links_.end());
  links_.clear();
  std::ranges::sort(links);
  std::ranges::sort(made_);
  // Sums of hostile sizes must neither fail nor get lost: modulo 2^64 they can be taken back.
  Sums sums = {};
  const auto count = [&](int64_t id, int64_t difference, int64_t now, const Sums& file) {
    if (now == 0) unreferenced_.push_back(id);
    if (difference == 0) return;
    for (size_t i = 0; i < sums.size(); ++i) {
      if (now == difference) sums[i] += file[i];
      if (now == 0) sums[i] -= file[i];
    }
  };
  Statement row(db_, "UPDATE files SET links = links + ? WHERE id = ? RETURNING links, length, segment");
  PlainFileRows plain_rows(db_);
  for (const auto& [id, difference] : links) {
    const auto unwritten = unwritten_.find(id);
    if (unwritten != unwritten_.end()) {
      const Plain& plain = unwritten->second;
      plain_rows.add(id, plain.length, static_cast<int64_t>(plain.status), plain.reason, difference);
      count(id, difference, difference, sums_of(plain.length, false));
      continue;
    }
    if (difference == 0 && !std::ranges::binary_search(made_, id)) continue;
    row.bind(difference, id);
    if (row.step()) count(id, difference, row.integer(0), sums_of(row.integer(1), row.integer(2) != 0));
  }
  plain_rows.finish();
  const bool made = !made_.empty();
  made_.clear();
  unwritten_.clear();
  if (sums == Sums{} && !made && unreferenced_.empty()) return;
  std::array<int64_t, sums.size()> all = {};
  {
    Statement totals(db_, "SELECT files, bytes, large_files, large_bytes FROM totals WHERE id = 1");
    if (!totals.step()) return;
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = static_cast<int64_t>(sums[i] + static_cast<uint64_t>(totals.integer(static_cast<int>(i))));
  }
  Statement(
      db_,
      "UPDATE totals SET files = ?, bytes = ?, large_files = ?, large_bytes = ?, last_id = ? WHERE id = 1")
      .bind(all[0], all[1], all[2], all[3], last_id_)
      .run();
}

}  // namespace checkpointfs::index
