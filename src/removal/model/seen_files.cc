// SPDX-License-Identifier: Apache-2.0
#include "removal/model/seen_files.h"

#include <algorithm>
#include <cstring>

#include "removal/model/seen_files_sql.h"

namespace checkpointfs::removal {
namespace {

constexpr int kColumns = 10;  // of file_of()

}  // namespace

std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  const size_t end = path.rfind('/') + 1;  // 0 without a slash
  return {path.substr(0, end), path.substr(end)};
}

SeenFiles::SeenFiles(std::vector<std::string> roots)
    : roots_(std::move(roots)),
      database_(std::make_unique<index::Connection>("of files that snapshots need (temporary)",
                                                    index::Connection::Mode::kTemporary)) {
  std::ranges::sort(roots_);
  const auto twice = std::ranges::unique(roots_);
  roots_.erase(twice.begin(), twice.end());
  database_->execute(sql::kTables);
}

int64_t SeenFiles::root_number(const std::string& root) const {
  return std::ranges::lower_bound(roots_, root) - roots_.begin();
}

SeenFile SeenFiles::file_of(const index::Statement& row) const {
  SeenFile file;
  file.number = row.integer(0);
  file.place = {root(row.integer(1)), row.string(2)};
  file.uri = row.string(3);
  file.is_there = !row.is_null(4);
  if (file.is_there) {
    file.identity = {static_cast<uint64_t>(row.integer(5)),
                     static_cast<uint64_t>(row.integer(4)),
                     row.integer(6),
                     row.integer(7),
                     row.integer(8),
                     static_cast<uint32_t>(row.integer(9))};
  }
  file.snapshots = snapshots_of(file.number);
  return file;
}

std::vector<uint32_t> SeenFiles::snapshots_of(int64_t file) const {
  std::vector<uint32_t> snapshots;
  index::Statement rows(*database_, sql::kSnapshots);
  rows.bind(file);
  while (rows.step()) snapshots.push_back(static_cast<uint32_t>(rows.integer(0)));
  return snapshots;
}

std::vector<int64_t> SeenFiles::files_of(uint32_t snapshot) const {
  index::Statement row(*database_, sql::kFiles);
  if (!row.bind(int64_t{snapshot}).step()) return {};
  const std::string_view bytes = row.text(0);
  std::vector<int64_t> files(bytes.size() / sizeof(int64_t));
  std::memcpy(files.data(), bytes.data(), bytes.size());
  return files;
}

std::optional<SeenFile> SeenFiles::first(index::Statement& rows, const Accept& accept) const {
  while (rows.step()) {
    SeenFile file = file_of(rows);
    if (accept(file)) return file;
  }
  return std::nullopt;
}

std::optional<SeenFile> SeenFiles::at(const Place& place) const {
  if (!std::ranges::binary_search(roots_, place.root)) return std::nullopt;
  const auto [directory, name] = split_path(place.path);
  index::Statement row(*database_, sql::kAt);
  row.bind(root_number(place.root), directory, name);
  return first(row, [](const SeenFile&) { return true; });
}

std::optional<SeenFile> SeenFiles::first_link(const Identity& identity, const Accept& accept) const {
  index::Statement rows(*database_, sql::kByInode);
  rows.bind(static_cast<int64_t>(identity.inode), static_cast<int64_t>(identity.device));
  return first(rows, accept);
}

std::optional<SeenFile> SeenFiles::first_named(std::string_view name, const Accept& accept) const {
  index::Statement rows(*database_, sql::kByName);
  rows.bind(name);
  return first(rows, accept);
}

std::optional<SeenFile> SeenFiles::first_lost(std::string_view name, const Accept& accept) const {
  index::Statement rows(*database_, sql::kLostByName);
  rows.bind(name);
  return first(rows, accept);
}

void SeenFiles::each_of(const std::set<uint32_t>& snapshots,
                        const std::function<void(const SeenFile&)>& take) const {
  database_->execute(sql::kChooseNone);
  for (const uint32_t snapshot : snapshots) {
    index::Statement choose(*database_, sql::kChoose);
    for (const int64_t file : files_of(snapshot)) choose.bind(file).run();
  }
  index::Statement rows(*database_, sql::kChosen);
  while (rows.step()) take(file_of(rows));
}

void SeenFiles::each_segmented(const std::function<void(const SegmentedFile&)>& take) const {
  SegmentedFile one;
  index::Statement rows(*database_, sql::kSegmented);
  while (rows.step()) {
    if (rows.integer(0) != one.file.number) {
      if (!one.segments.empty()) take(one);
      one = {file_of(rows), {}};
    }
    one.segments.emplace_back(rows.integer(kColumns), rows.integer(kColumns + 1));
  }
  if (!one.segments.empty()) take(one);
}

bool SeenFiles::share(uint32_t a, uint32_t b) const {
  return std::ranges::any_of(files_of(a), [&](int64_t file) {
    index::Statement row(*database_, sql::kNeeds);
    return row.bind(file, int64_t{b}).step();
  });
}

}  // namespace checkpointfs::removal
