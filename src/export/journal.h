// SPDX-License-Identifier: Apache-2.0
// The journal of one exported snapshot: the files that are whole and on the disk, one line each.
//
//   checkpointfs-export 1 <directory> <directory of files> <form> <size> <time> <sum of the line>
//   <name> <size> <time> <inode> <crc32c> <sha256> <start> <source's time> <path> <URI> <sum of the line>
//
// The size and time in the first line are those of the source's `_metadata`. Fields are separated by tabs;
// control characters and "%" in them are %XX; "-" stands for an unknown sum and for the start of a file that
// is no segment, "=" for the URI of the path. A line is written after its file was made durable. The line of
// `_metadata` is the last one: with it, the export is complete. A line that was cut short, or damaged, ends
// the journal.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "storage/disk_operations.h"
#include "transfer/checksums.h"

namespace checkpointfs::exporting {

// The snapshot that the journal is about, and its shape in the target.
struct JournalHeader {
  std::string directory;       // of the snapshot, beneath the target
  std::string files;           // the directory of its files
  std::string form;            // of its `_metadata`
  uint64_t metadata_size = 0;  // of the source's `_metadata`
  int64_t metadata_mtime_ns = 0;

  friend bool operator==(const JournalHeader&, const JournalHeader&) = default;
};

// The bytes that a file of the target was made from.
struct Origin {
  std::string path;  // of the state file, absolute
  int64_t mtime_ns = 0;
  std::optional<uint64_t> start;  // of a segment
  std::string uri;                // canonical

  // Equal for equal path, time, start and size; a hash.
  uint64_t key(uint64_t size) const;
  friend bool operator==(const Origin&, const Origin&) = default;
};

// A file in the target, as it was made.
struct FileRecord {
  std::string name;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  uint64_t inode = 0;
  transfer::FileSums sums;
  Origin origin;

  // True if nothing says that the file is another one by now.
  bool is_still(const struct stat& st) const;
  void take_from(const struct stat& st);
};

// Not thread-safe.
class JournalReader {
 public:
  // Reads the header. `fd`: outlives this.
  explicit JournalReader(int fd);

  // Nothing if the first line is not one of a journal of this version.
  const std::optional<JournalHeader>& header() const { return header_; }

  // Calls `take` for each file, with the offset of its line, until that returns false.
  void for_each(const std::function<bool(const FileRecord& file, uint64_t offset)>& take);

  // The file of the line at `offset`; nothing if there is no such line. Thread-safe.
  static std::optional<FileRecord> at(int fd, uint64_t offset);

 private:
  int fd_;
  std::optional<JournalHeader> header_;
  uint64_t end_of_header_ = 0;
};

// Lines of a journal.
std::string journal_line(const JournalHeader& header);
std::string journal_line(const FileRecord& file);

}  // namespace checkpointfs::exporting
