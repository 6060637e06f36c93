// SPDX-License-Identifier: Apache-2.0
// Everything that `show` says of one snapshot.
#pragma once

#include <string>
#include <vector>

#include "flink/metadata.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

struct ReportedOperator {
  std::string id;
  std::string name;  // UTF-8; "" where the metadata has none
  std::string uid;
  int32_t parallelism = 0;
  int32_t max_parallelism = 0;
  uint32_t subtasks = 0;
  uint32_t finished_subtasks = 0;
  bool finished = false;
  uint64_t inline_bytes = 0;
  uint64_t bytes = 0;  // of its files, each once, and of its state inside the metadata, by the index
};

struct ReportedFile {
  std::string name;  // projected
  index::FileLocation location;
  std::string role;             // of the first handle that names it: "managed keyed"
  std::string part;             // "shared", "private", "meta", "changelog" or ""
  uint64_t handles = 0;         // that name it
  uint32_t operator_index = 0;  // of the first
  int32_t subtask = 0;
  int64_t recorded_size = -1;  // -1: not recorded
  bool segment = false;
};

struct SnapshotReport {
  index::Snapshot snapshot;
  bool is_newest = false;  // of its job
  uint64_t exclusive_bytes = 0;
  // Why the rest is missing: the metadata cannot be read or decoded now. "" otherwise.
  std::string unreadable;
  std::string dialect;  // "" but for version 3
  uint32_t master_states = 0;
  uint64_t byte_handles = 0;
  uint64_t inline_bytes = 0;
  std::vector<ReportedOperator> operators;
  std::vector<ReportedFile> files;
};

// Reads and decodes the snapshot's `_metadata` beneath its source, and joins it with what the index knows.
SnapshotReport make_report(index::Reader& reader, const index::Snapshot& snapshot);

// `prefix` and the snapshot's path: what stands before a file's name in the form `absolute`.
std::string absolute_directory(const std::string& prefix, const index::Snapshot& snapshot);

}  // namespace checkpointfs::cli
