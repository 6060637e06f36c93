// SPDX-License-Identifier: Apache-2.0
#include "removal/model/seen_files.h"

#include <algorithm>

#include "removal/model/needs.h"
#include "removal/model/seen_files_sql.h"

namespace checkpointfs::removal {
namespace {

constexpr int kNeeds = 10;  // the last column of file_of()

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
  each_need(row.text(kNeeds), [&](const Need& need) { file.snapshots.push_back(need.snapshot); });
  return file;
}

SeenFiles::Numbers SeenFiles::files_of(uint32_t snapshot) const {
  Numbers files;
  index::Statement row(*database_, sql::kFiles);
  if (!row.bind(int64_t{snapshot}).step()) return files;
  base::Unpacker unpacker;
  int64_t file = 0;
  for (unpacker.begin(row.text(0)); !unpacker.at_end();)
    files.push_back(file += static_cast<int64_t>(unpacker.number()));
  return files;
}

SeenFiles::Numbers SeenFiles::without_aliases(Numbers files) const {
  for (int64_t& file : files) {
    index::Statement row(*database_, sql::kAlias);
    if (row.bind(file).step()) file = row.integer(0);
  }
  std::ranges::sort(files);
  return files;
}

void SeenFiles::make_index(const char* sql, bool* is_made) const {
  if (!*is_made) database_->execute(sql);
  *is_made = true;
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
  make_index(sql::kIndexByInode, &has_index_by_inode_);
  index::Statement rows(*database_, sql::kByInode);
  rows.bind(static_cast<int64_t>(identity.inode), static_cast<int64_t>(identity.device));
  return first(rows, accept);
}

std::optional<SeenFile> SeenFiles::first_named(std::string_view name, const Accept& accept) const {
  make_index(sql::kIndexByName, &has_index_by_name_);
  index::Statement rows(*database_, sql::kByName);
  rows.bind(name);
  return first(rows, accept);
}

std::optional<SeenFile> SeenFiles::first_lost(std::string_view name, const Accept& accept) const {
  make_index(sql::kIndexByName, &has_index_by_name_);
  index::Statement rows(*database_, sql::kLostByName);
  rows.bind(name);
  return first(rows, accept);
}

void SeenFiles::each_of(const std::set<uint32_t>& snapshots,
                        const std::function<void(const SeenFile&)>& take) const {
  if (snapshots.empty()) return;
  std::vector<bool> is_asked_for(*snapshots.rbegin() + size_t{1});
  for (const uint32_t snapshot : snapshots) is_asked_for[snapshot] = true;
  index::Statement rows(*database_, sql::kByPlace);
  while (rows.step()) {
    bool is_named = false;
    each_need(rows.text(kNeeds), [&](const Need& need) {
      is_named |= need.snapshot < is_asked_for.size() && is_asked_for[need.snapshot];
    });
    if (is_named) take(file_of(rows));
  }
}

void SeenFiles::each_segmented(const std::function<void(const SegmentedFile&)>& take) const {
  if (database_->integer(sql::kAnySegment) == 0) return;
  SegmentedFile one;
  index::Statement rows(*database_, sql::kSegmented);
  while (rows.step()) {
    if (rows.integer(0) != one.file.number) {
      if (!one.segments.empty()) take(one);
      one = {file_of(rows), {}};
    }
    one.segments.emplace_back(rows.integer(kNeeds + 1), rows.integer(kNeeds + 2));
  }
  if (!one.segments.empty()) take(one);
}

bool SeenFiles::share(uint32_t a, uint32_t b) const {
  const Numbers of_a = files_of(a);
  const Numbers of_b = files_of(b);
  const auto meet = [](const Numbers& one, const Numbers& other) {
    return std::ranges::any_of(one, [&](int64_t file) { return std::ranges::binary_search(other, file); });
  };
  return meet(of_a, of_b) || meet(without_aliases(of_a), without_aliases(of_b));
}

}  // namespace checkpointfs::removal
