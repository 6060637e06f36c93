// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/file_recorder.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "removal/model/seen_files_sql.h"

namespace checkpointfs::removal {
namespace {

constexpr size_t kAtOnce = 4096;  // files that are looked at

}  // namespace

struct FileRecorder::Unseen {
  int64_t directory = 0;
  std::string name;
  int64_t number = 0;
  std::string uri;
  bool whole = false;
  int64_t size = -1;
  int64_t segments_end = 0;
  std::string needs;

  std::vector<uint32_t> broken_by(const storage::StateFileFacts& facts) const;
};

const FileRecorder::Directory& FileRecorder::directory(int64_t root, std::string_view path,
                                                       std::string_view uri) {
  if (directory_.id != 0 && directory_.root == root && directory_.path == path) return directory_;
  directory_ = {0, root, std::string(path), std::string(uri)};
  index::Statement row(db_, sql::kDirectory);
  if (row.bind(root, path).step()) {
    directory_.id = row.integer(0);
    directory_.uri = row.string(1);
  } else {
    index::Statement(db_, sql::kInsertDirectory).bind(root, path, uri).run();
    directory_.id = db_.last_insert_id();
  }
  return directory_;
}

FileRecorder::Known FileRecorder::make(const index::RootedPathView& place, const std::string& uri) {
  const auto [above, name] = split_path(place.second);
  const bool ends_in_name = std::string_view(uri).ends_with(name);
  const std::string_view before = std::string_view(uri).substr(0, uri.size() - name.size());
  const Directory& parent = directory(place.first, above, ends_in_name ? before : "");
  Known known;
  known.number = ++last_;
  known.directory = parent.id;
  if (!ends_in_name || before != parent.uri) known.uri = uri;
  return known;
}

void FileRecorder::note(uint32_t snapshot, const NamedFile& named, Known* known) {
  Need need{snapshot, -1};
  if (named.segment) {
    int64_t end = 0;
    if (__builtin_add_overflow(named.start, named.size, &end)) end = INT64_MAX;
    known->segments_end = std::max(known->segments_end, end);
    index::Statement(db_, sql::kInsertSegment).bind(known->number, named.start, named.size).run();
  } else {
    known->whole = true;
    if (named.size_is_exact && known->size < 0) known->size = named.size;
    if (named.size_is_exact && known->size != named.size) need.size = named.size;
  }
  known->needs.add(need);
  of_snapshot_.push_back(known->number);
}

void FileRecorder::write(std::string_view path, Known* known) {
  index::Statement(db_, sql::kInsertNamed)
      .bind(known->directory, split_path(path).second, known->number, known->uri, int64_t{known->whole},
            known->size, known->segments_end, known->needs.bytes())
      .run();
}

void FileRecorder::add(uint32_t snapshot, const index::RootedPathView& place, const NamedFile& named) {
  if (Known* const recent = known_.find(place)) {
    note(snapshot, named, recent);
    return;
  }
  Known known = make(place, named.place->uri);
  note(snapshot, named, &known);
  if (known_.is_full()) {
    write(place.second, &known);
  } else {
    known_.put({place.first, std::string(place.second)}, std::move(known));
  }
}

void FileRecorder::end_snapshot(uint32_t snapshot) {
  std::ranges::sort(of_snapshot_);
  const auto twice = std::ranges::unique(of_snapshot_);
  of_snapshot_.erase(twice.begin(), twice.end());
  base::Packer packer;
  int64_t before = 0;
  for (const int64_t file : of_snapshot_)
    packer.number(static_cast<uint64_t>(file - std::exchange(before, file)));
  index::Statement(db_, sql::kInsertSnapshot).bind(int64_t{snapshot}, packer.bytes()).run();
  of_snapshot_.clear();
  known_.next_generation([&](const index::RootedPath& place, Known& known) { write(place.second, &known); });
}

FileRecorder::Unseen FileRecorder::unseen(const index::Statement& row) {
  return {row.integer(0),      row.string(1),  row.integer(2), row.string(3),
          row.integer(4) != 0, row.integer(5), row.integer(6), row.string(7)};
}

void FileRecorder::join(Unseen later, Unseen* file) {
  if (file->size < 0) file->size = later.size;
  Needs needs;
  each_need(file->needs, [&](const Need& need) { needs.add(need); });
  each_need(later.needs, [&](Need need) {
    if (need.size < 0 && later.size >= 0 && later.size != file->size) need.size = later.size;
    needs.add(need);
  });
  file->needs = needs.bytes();
  file->whole |= later.whole;
  file->segments_end = std::max(file->segments_end, later.segments_end);
  index::Statement(db_, sql::kInsertAlias).bind(later.number, file->number).run();
  if (later.segments_end > 0)
    index::Statement(db_, sql::kJoinSegments).bind(later.number, file->number).run();
}

void FileRecorder::insert(const Unseen& file, const storage::StateFileFacts& facts) {
  if (facts.status != storage::FileStatus::kOk) {
    index::Statement(db_, sql::kInsertLost)
        .bind(file.directory, file.name, file.number, file.uri, int64_t{file.whole}, file.needs)
        .run();
    return;
  }
  index::Statement(db_, sql::kInsertFile)
      .bind(file.directory, file.name, file.number, file.uri, int64_t{file.whole}, file.needs,
            static_cast<int64_t>(facts.device), static_cast<int64_t>(facts.inode), facts.size, facts.mtime_ns,
            facts.ctime_ns, int64_t{facts.uid})
      .run();
}

std::vector<uint32_t> FileRecorder::Unseen::broken_by(const storage::StateFileFacts& facts) const {
  const bool is_long_enough = facts.status == storage::FileStatus::kOk && facts.size >= segments_end;
  std::vector<uint32_t> snapshots;
  each_need(needs, [&](const Need& need) {
    const int64_t recorded = need.size < 0 ? size : need.size;
    if (!is_long_enough || (recorded >= 0 && facts.size != recorded)) snapshots.push_back(need.snapshot);
  });
  return snapshots;
}

void FileRecorder::look_at_all(const LookAt& look,
                               const std::function<void(const Look&, const std::vector<uint32_t>&)>& take) {
  known_.clear([&](const index::RootedPath& place, Known& known) { write(place.second, &known); });
  std::vector<Unseen> files;
  std::vector<Place> places;
  const auto look_at_these = [&] {
    std::vector<storage::StateFileFacts> facts = look(places);
    for (size_t i = 0; i < files.size(); ++i) {
      insert(files[i], facts[i]);
      take({std::move(places[i]), std::move(facts[i])}, files[i].broken_by(facts[i]));
    }
    files.clear();
    places.clear();
  };
  int64_t directory = 0;
  Place above;
  {
    index::Statement rows(db_, sql::kNamed);
    while (rows.step()) {
      Unseen file = unseen(rows);
      if (!files.empty() && files.back().directory == file.directory && files.back().name == file.name) {
        join(std::move(file), &files.back());
        continue;
      }
      if (files.size() == kAtOnce) look_at_these();
      if (file.directory != directory) {
        directory = file.directory;
        index::Statement row(db_, sql::kPlace);
        if (row.bind(directory).step()) above = {files_.root(row.integer(0)), row.string(1)};
      }
      places.push_back({above.root, above.path + file.name});
      files.push_back(std::move(file));
    }
  }
  look_at_these();
  db_.execute(sql::kForgetNamed);
}

}  // namespace checkpointfs::removal
