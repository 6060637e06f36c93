// SPDX-License-Identifier: Apache-2.0
// Looks at every state file again: the index only knows what was there when each was first needed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "index/read/reader.h"

namespace checkpointfs::index {

struct VerifyOptions {
  bool deep = false;  // read every file to its end, and look for the mark at the end of RocksDB's tables
};

struct Problem {
  std::string kind;  // "short", "long", "no table", or as by to_string(FileStatus), to_string(SnapshotStatus)
  std::string file;  // projected name, or "_metadata"
  std::string reason;  // one sentence
};

// The problems of a snapshot; none if it is sound.
struct VerifiedSnapshot {
  Snapshot snapshot;
  std::vector<Problem> problems;

  bool is_usable() const { return problems.empty(); }
};

struct VerifyResult {
  std::vector<VerifiedSnapshot> snapshots;  // as by SnapshotReader::for_each()
  uint64_t files = 0;                       // looked at
  uint64_t bytes_read = 0;                  // deep only
  uint64_t tables = 0;                      // deep only: RocksDB tables whose mark was looked for
};

// Nothing is written. `progress` gets files done and in all; may be empty.
VerifyResult verify(Reader& reader, const VerifyOptions& options,
                    const std::function<void(uint64_t done, uint64_t all)>& progress);

// The newest usable one of these snapshots, by the rule of newest.h; nothing if none is usable.
std::optional<Snapshot> newest_usable(Reader& reader, const std::vector<VerifiedSnapshot>& verified);

}  // namespace checkpointfs::index
