// SPDX-License-Identifier: Apache-2.0
// Connections to the index that stay open for as long as the index file is the same.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "index/read/reader.h"
#include "index/rows/known_files.h"

namespace checkpointfs::fs {

// An update asks the index several questions; opening SQLite's file for each would cost more than the
// answers. Not thread-safe.
class IndexConnections {
 public:
  // Accepts the file that is there now.
  explicit IndexConnections(std::string index_file);

  bool exists() const;
  // Returns whether the file is gone, or is another one than the last that was accepted.
  bool is_replaced() const;
  // Accepts the file that is there now as the index.
  void accept();
  // Closes the connections. The next question opens the file that is there then.
  void close();

  // Each sees every state of the index. The reference is valid until the next call of any function. Throw
  // base::Failure(kIndex) and IndexError.
  index::Reader& reader();
  index::KnownFiles& known_files();

 private:
  using Identity = std::pair<dev_t, ino_t>;
  // The main file is written to when SQLite folds its log, or when somebody overwrites it.
  struct Stamp {
    Identity identity;
    int64_t size = 0;
    int64_t mtime_ns = 0;
    bool operator==(const Stamp&) const = default;
  };

  Stamp stamp_now() const;
  void close_if_written();

  const std::string index_file_;
  Identity accepted_;
  Stamp opened_;
  std::unique_ptr<index::Reader> reader_;
  std::unique_ptr<index::KnownFiles> known_files_;
};

}  // namespace checkpointfs::fs
