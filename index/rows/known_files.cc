// SPDX-License-Identifier: Apache-2.0
#include "index/rows/known_files.h"

#include <string_view>

#include "base/path.h"
#include "flink/uri.h"
#include "index/database/index_file.h"
#include "index/database/sqlite.h"
#include "index/read/reader_queries.h"

namespace checkpointfs::index {

KnownFiles::KnownFiles(const std::string& index_file) : connection_(open_index_to_read(index_file)) {}
KnownFiles::~KnownFiles() = default;

std::vector<KnownFiles::File> KnownFiles::after(int64_t after) {
  std::vector<File> files;
  Statement rows(*connection_, queries::kKnownFilesAfter);
  rows.bind(after);
  while (rows.step()) {
    files.push_back({rows.integer(0), rows.integer(1), rows.string(2),
                     static_cast<storage::FileStatus>(rows.integer(3)), rows.integer(4), rows.integer(5)});
  }
  return files;
}

void KnownFiles::directories(
    const std::function<void(const storage::Root& root, const std::string& path)>& take) {
  Statement rows(*connection_, queries::kStateDirectories);
  while (rows.step()) {
    std::string path = rows.string(3);
    if (!path.empty()) path.pop_back();
    take({rows.integer(0), rows.string(1), rows.integer(2) != 0}, path);
  }
}

std::vector<int64_t> KnownFiles::at(const std::string& root_path, const std::string& path) {
  std::vector<int64_t> ids;
  const std::string_view name = base::last_component(path);
  const std::string_view directory = std::string_view(path).substr(0, path.size() - name.size());
  Statement rows(*connection_, queries::kKnownFilesAt);
  for (rows.bind(root_path, directory, name); rows.step();) ids.push_back(rows.integer(0));
  if (directory.empty()) return ids;
  // See state_file_rows for when the directory is ''.
  for (rows.bind(root_path, "", path); rows.step();) ids.push_back(rows.integer(0));
  return ids;
}

bool KnownFiles::is_any_below(const std::string& root_path, const std::string& path) {
  Statement rows(*connection_, queries::kKnowsBelow);
  rows.bind(root_path, path, path + "/", path + "0");
  return rows.step();
}

}  // namespace checkpointfs::index
