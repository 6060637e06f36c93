// SPDX-License-Identifier: Apache-2.0
// SnapshotReader: snapshots, and the files and operators of each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::index {

class Connection;

struct OperatorUse {
  std::string id;  // 32 hexadecimal digits
  std::string name;
  std::string uid;  // both "" before Flink 2.0
  int64_t parallelism = 0;
  uint64_t bytes = 0;  // of its files, each once, and of its state inside the metadata
};

// See Reader for threads, consistency and errors. `db` must outlive the reader. A snapshot is named by the
// row of its directory.
class SnapshotReader {
 public:
  explicit SnapshotReader(Connection& db) : db_(db) {}

  std::optional<Snapshot> find(int64_t directory);
  // `path` as in the projection ("job/chk-42").
  std::optional<Snapshot> find_by_path(std::string_view path);
  // All snapshots by path, one source after the other.
  void for_each(const std::function<void(const Snapshot&)>& take);
  // Snapshots that a scan later than `scan` changed.
  std::vector<Snapshot> changed_since(int64_t scan);

  // The snapshot's files in metadata order, with their projected names.
  void files_of(int64_t directory,
                const std::function<void(const std::string& name, const FileLocation&)>& take);
  // At most `most` of them, from the position `*from` on; `*from` then is the position of the next ones.
  // Returns false if there are none. A caller that takes long holds no state of the index meanwhile.
  bool files_from(int64_t directory, int64_t* from, size_t most,
                  const std::function<void(std::string name, FileLocation)>& take);
  // Ids of the snapshot's files, in metadata order.
  std::vector<int64_t> file_ids(int64_t directory);
  // The operators of the snapshot, in metadata order.
  std::vector<OperatorUse> operators(int64_t directory);
  // Sum of the sizes of the files that no other snapshot refers to.
  uint64_t exclusive_bytes(int64_t directory);

 private:
  Connection& db_;
};

}  // namespace checkpointfs::index
