// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/file_recorder.h"

#include <algorithm>
#include <cstdint>

#include "base/threads/parallel_calls.h"
#include "removal/model/seen_files_sql.h"

namespace checkpointfs::removal {

struct FileRecorder::Unseen {
  int64_t number = 0;
  Place place;
  int64_t size = 0;
  int64_t segments_end = 0;
};

int64_t FileRecorder::directory(int64_t root, std::string_view path, std::string_view uri) {
  {
    index::Statement row(db_, sql::kDirectory);
    if (row.bind(root, path).step()) return row.integer(0);
  }
  index::Statement(db_, sql::kInsertDirectory).bind(root, path, uri).run();
  return db_.last_insert_id();
}

FileRecorder::Known FileRecorder::insert(int64_t root, std::string_view path, const std::string& uri) {
  const auto [above, name] = split_path(path);
  const bool ends_in_name = std::string_view(uri).ends_with(name);
  const int64_t id =
      directory(root, above, ends_in_name ? std::string_view(uri).substr(0, uri.size() - name.size()) : "");
  bool is_plain = false;
  {
    index::Statement row(db_, sql::kUri);
    is_plain = ends_in_name && row.bind(id).step() && uri.size() == row.text(0).size() + name.size() &&
               uri.starts_with(row.text(0));
  }
  index::Statement insert(db_, sql::kInsertFile);
  ++last_;
  if (is_plain) {
    insert.bind(last_, id, name, nullptr).run();
  } else {
    insert.bind(last_, id, name, uri).run();
  }
  return {last_};
}

FileRecorder::Known FileRecorder::known(int64_t root, std::string_view path, const std::string& uri) {
  if (const Known* const recent = known_.find(index::RootedPathView(root, path))) return *recent;
  const auto [above, name] = split_path(path);
  Known found;
  {
    index::Statement row(db_, sql::kKnownFile);
    if (row.bind(root, above, name).step())
      found = {row.integer(0), row.integer(1) != 0, row.integer(2), row.integer(3)};
  }
  if (found.number == 0) found = insert(root, path, uri);
  known_.put({root, std::string(path)}, found);
  return found;
}

int64_t FileRecorder::note_size(const NamedFile& named, Known* known) {
  if (named.segment) {
    int64_t end = 0;
    if (__builtin_add_overflow(named.start, named.size, &end)) end = INT64_MAX;
    known->segments_end = std::max(known->segments_end, end);
    return -1;
  }
  known->whole = true;
  if (!named.size_is_exact) return -1;
  if (known->size < 0) known->size = named.size;
  return known->size == named.size ? -1 : named.size;
}

void FileRecorder::add(uint32_t snapshot, const Place& place, const NamedFile& named) {
  const int64_t root = files_.root_number(place.root);
  const Known before = known(root, place.path, named.uri);
  Known now = before;
  const int64_t other_size = note_size(named, &now);
  if (now != before) {
    index::Statement(db_, sql::kUpdateFile)
        .bind(now.number, int64_t{now.whole}, now.size, now.segments_end)
        .run();
    known_.put({root, place.path}, now);
  }
  if (named.segment)
    index::Statement(db_, sql::kInsertSegment).bind(now.number, named.start, named.size).run();
  index::Statement(db_, sql::kInsertNeed).bind(now.number, int64_t{snapshot}, other_size).run();
  of_snapshot_.push_back(now.number);
}

void FileRecorder::end_snapshot(uint32_t snapshot) {
  const std::string_view bytes(reinterpret_cast<const char*>(of_snapshot_.data()),
                               of_snapshot_.size() * sizeof(int64_t));
  index::Statement(db_, sql::kInsertSnapshot).bind(int64_t{snapshot}, bytes).run();
  of_snapshot_.clear();
  known_.next_generation();
}

std::vector<FileRecorder::Unseen> FileRecorder::files_after(int64_t number) {
  std::vector<Unseen> files;
  index::Statement rows(db_, sql::kFilesAfter);
  rows.bind(number);
  while (rows.step()) {
    files.push_back(
        {rows.integer(0), {files_.root(rows.integer(1)), rows.string(2)}, rows.integer(3), rows.integer(4)});
  }
  return files;
}

void FileRecorder::insert_facts(int64_t number, const storage::StateFileFacts& facts) {
  index::Statement(db_, sql::kInsertFacts)
      .bind(number, static_cast<int64_t>(facts.device), static_cast<int64_t>(facts.inode), facts.size,
            facts.mtime_ns, facts.ctime_ns, int64_t{facts.uid})
      .run();
}

std::vector<uint32_t> FileRecorder::broken_by(const Unseen& file, const storage::StateFileFacts& facts) {
  const bool is_long_enough = facts.status == storage::FileStatus::kOk && facts.size >= file.segments_end;
  std::vector<uint32_t> snapshots;
  index::Statement rows(db_, sql::kSizes);
  rows.bind(file.number);
  while (rows.step()) {
    const int64_t size = rows.integer(1) < 0 ? file.size : rows.integer(1);
    if (!is_long_enough || (size >= 0 && facts.size != size))
      snapshots.push_back(static_cast<uint32_t>(rows.integer(0)));
  }
  return snapshots;
}

void FileRecorder::look_at_all(const std::function<storage::StateFileFacts(const Place&)>& look,
                               const std::function<void(const Look&, const std::vector<uint32_t>&)>& take) {
  base::ParallelCalls workers(base::kStoreCallsAtOnce);
  std::vector<Unseen> files = files_after(0);
  while (!files.empty()) {
    std::vector<storage::StateFileFacts> facts(files.size());
    workers.run(files.size(), [&](size_t i) { facts[i] = look(files[i].place); });
    for (size_t i = 0; i < files.size(); ++i) {
      if (facts[i].status == storage::FileStatus::kOk) insert_facts(files[i].number, facts[i]);
      const std::vector<uint32_t> broken = broken_by(files[i], facts[i]);
      take({std::move(files[i].place), std::move(facts[i])}, broken);
    }
    files = files_after(files.back().number);
  }
}

}  // namespace checkpointfs::removal
