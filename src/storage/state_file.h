// SPDX-License-Identifier: Apache-2.0
// One look at a state file, and its result.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/types.h"

namespace checkpointfs::storage {

struct StateFileFacts {
  FileStatus status = FileStatus::kMissing;
  std::string reason;  // one sentence if status is not kOk
  int error = 0;       // errno, if status is kUnreadable or kDenied
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;
  uint32_t mode = 0;  // type and all permissions, with_closed()
  uint32_t uid = 0;
  uint32_t gid = 0;
};

int64_t mtime_ns(const struct stat& st);
int64_t ctime_ns(const struct stat& st);

// Looks at `path` beneath the directory `root`, following no link. Never throws.
StateFileFacts look_at(int root, const std::string& path);
// Looks at a name in the directory that a look at its path would come to.
StateFileFacts look_at_name(int directory, const std::string& name);

// Is true if bytes that were read of the file as it was `then` may be others `now`: it was overwritten,
// truncated or replaced. A file that grew is still the same one, as Flink appends to merged files. Compares
// size and time, as inode numbers of remote stores need not last.
bool is_another(const StateFileFacts& then, const StateFileFacts& now);

// The status of a projected file: `start` and `length` of a segment, or a whole file that ought to have
// `length`.
FileStatus projected_status(FileStatus state_file, int64_t size, bool segment, int64_t start, int64_t length);
// The reason why projected_status() is kWrongSize.
// HDFS tells the length that a file had at its first sync as long as the file is open for writing. Returns
// what to do about a file that is shorter than the metadata records; "" if `uri`, of the file in its store,
// is not on HDFS.
std::string short_file_advice(std::string_view uri);
std::string wrong_size_reason(int64_t size, bool segment, int64_t start, int64_t length);

}  // namespace checkpointfs::storage
