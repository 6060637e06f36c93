// SPDX-License-Identifier: Apache-2.0
// Reading a `_metadata` whole or piece by piece, and only if nobody changed it meanwhile.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/byte_cursor.h"
#include "base/byte_window.h"
#include "base/input_error.h"
#include "base/unique_fd.h"
#include "flink/decoder_limits.h"
#include "storage/state_file.h"

namespace checkpointfs::storage {

struct MetadataFile {
  std::string bytes;
  struct stat st = {};

  int64_t mtime_ns() const { return storage::mtime_ns(st); }
};

// Reads `<directory>/_metadata` beneath `root` (a directory's descriptor; "" is the root itself). Fails with
// a reason if it is not a regular file, lies behind a link, is larger than `max_size`, cannot be read, or
// changed while it was read. Throws SystemError if the error says nothing of the file. Reads into the memory
// of `buffer`.
base::Result<MetadataFile> read_metadata_file(int root, const std::string& directory,
                                              uint64_t max_size = flink::Limits().max_size,
                                              std::string buffer = {});

// The bytes of a `_metadata`, read when they are needed. Not thread-safe.
class MetadataInput : public base::GrowingInput {
 public:
  // Fails and throws as read_metadata_file().
  static base::Result<std::unique_ptr<MetadataInput>> open(int root, const std::string& directory,
                                                           uint64_t max_size = flink::Limits().max_size);

  const struct stat& st() const { return st_; }
  uint64_t size() const override { return static_cast<uint64_t>(st_.st_size); }
  // Throws SystemError, with EIO if the file has become shorter.
  std::string_view until(uint64_t wanted) override;
  // Frees the memory of the bytes before `offset`.
  void drop_before(uint64_t offset) { window_.drop_before(offset); }
  // False if the file is another one than when it was opened. Throws SystemError.
  bool is_unchanged() const;

 private:
  MetadataInput(std::string path, base::UniqueFd fd, const struct stat& st);

  std::string path_;
  base::UniqueFd fd_;
  struct stat st_;
  base::ByteWindow window_;
};

}  // namespace checkpointfs::storage
