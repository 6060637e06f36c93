// SPDX-License-Identifier: Apache-2.0
// Questions about all files at once.
#include <algorithm>

#include "index/database/sqlite.h"
#include "index/read/reader.h"
#include "index/read/reader_queries.h"

namespace checkpointfs::index {

void Reader::uses(const std::function<void(const FileUse&)>& take) {
  const ReadTransaction one_state(*connection_);
  // Two streams in the order of the files' ids.
  Statement files(*connection_, queries::kUsedFiles);
  Statement references(*connection_, queries::kUses);
  bool more = references.step();
  while (files.step()) {
    FileUse use;
    use.file_id = files.integer(0);
    while (more && references.integer(0) < use.file_id) more = references.step();
    for (; more && references.integer(0) == use.file_id; more = references.step()) {
      const int64_t snapshot = references.integer(1);
      if (use.snapshots.empty() || use.snapshots.back() != snapshot) use.snapshots.push_back(snapshot);
    }
    if (use.snapshots.empty()) continue;
    use.length = static_cast<uint64_t>(std::max<int64_t>(files.integer(1), 0));
    use.root_id = files.integer(2);
    use.path = files.string(3);
    use.uri = files.string(4);
    take(use);
  }
}

std::vector<Reader::OperatorUse> Reader::operators(int64_t directory) {
  std::vector<OperatorUse> operators;
  Statement rows(*connection_, queries::kOperators);
  rows.bind(directory);
  while (rows.step()) {
    uint64_t bytes = 0;
    for (const int column : {4, 5}) {
      const auto part = static_cast<uint64_t>(std::max<int64_t>(rows.integer(column), 0));
      if (__builtin_add_overflow(bytes, part, &bytes)) bytes = UINT64_MAX;
    }
    operators.push_back({rows.string(0), rows.string(1), rows.string(2), rows.integer(3), bytes});
  }
  return operators;
}

void Reader::state_files(const std::function<void(IndexedFile)>& take) {
  Statement rows(*connection_, queries::kStateFiles);
  while (rows.step()) {
    take({rows.integer(0), rows.integer(1), rows.string(2),
          static_cast<uint64_t>(std::max<int64_t>(rows.integer(3), 0)), rows.integer(4)});
  }
}

void Reader::identities(const std::function<void(const FileIdentity&)>& take) {
  Statement rows(*connection_, queries::kIdentities);
  while (rows.step()) {
    take({rows.integer(0), rows.string(1), static_cast<uint64_t>(rows.integer(2)),
          static_cast<uint64_t>(rows.integer(3)), rows.integer(4), rows.string(5)});
  }
}

bool Reader::names_below(std::string_view prefix) {
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  Statement rows(*connection_, queries::kIdentities);
  while (rows.step()) {
    const std::string uri = rows.string(1);
    if (uri.starts_with(prefix) && (uri.size() == prefix.size() || uri[prefix.size()] == '/')) return true;
  }
  return false;
}

uint64_t Reader::wasted_bytes() {
  uint64_t wasted = 0;
  int64_t file = 0;
  int64_t end = 0;  // of what is needed of the file so far
  int64_t size = 0;
  Statement rows(*connection_, queries::kSegments);
  while (rows.step()) {
    const int64_t start = rows.integer(2);
    if (rows.integer(0) != file) {
      wasted += static_cast<uint64_t>(std::max<int64_t>(size - end, 0));
      file = rows.integer(0);
      size = rows.integer(1);
      end = 0;
    }
    wasted += static_cast<uint64_t>(std::max<int64_t>(start - end, 0));
    end = std::max(end, start + rows.integer(3));
  }
  return wasted + static_cast<uint64_t>(std::max<int64_t>(size - end, 0));
}

}  // namespace checkpointfs::index
