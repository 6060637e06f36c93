// SPDX-License-Identifier: Apache-2.0
// The files of one RocksDB or ForSt database, under the names that its manifest uses.
//
// The room reads keyed state out of the files of an incremental handle. database_files.h finds a file by its
// local name, wherever its bytes lie; database.h opens the files as a database, and alone sees RocksDB;
// rocksdb_entries.h turns a column family into KeyedEntries. Nothing is ever written.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "state/bytes/state_bytes.h"

namespace checkpointfs::state {

struct DatabaseFile {
  std::string local_name;        // "CURRENT", "MANIFEST-000004", "000012.sst"
  std::optional<uint64_t> size;  // nothing: `open` tells it
  // Opens the bytes; they are closed with the last pointer to them. Throws base::SystemError.
  std::function<std::shared_ptr<const StateBytes>()> open;
};

// Thread-safe. A reader that lets no exception pass keeps it here.
class DatabaseFiles {
 public:
  // If several files have one local name, the first is taken.
  explicit DatabaseFiles(std::vector<DatabaseFile> files);

  // `path` may have directories before the local name.
  const DatabaseFile* find(std::string_view path) const;
  std::vector<std::string> local_names() const;

  // Returns nothing if the file cannot be opened, or there is none; the exception is kept.
  std::shared_ptr<const StateBytes> try_open(std::string_view path) const;
  std::optional<uint64_t> try_size(std::string_view path) const;
  // Keeps the exception that is being handled, unless there is one already.
  void keep_exception() const;
  // Throws the exception that was kept, and forgets it.
  void rethrow() const;

  // The local name that stands first in `message`, or "".
  std::string named_in(std::string_view message) const;

 private:
  std::map<std::string, DatabaseFile, std::less<>> files_;
  mutable std::mutex mutex_;
  mutable std::exception_ptr exception_;
};

}  // namespace checkpointfs::state
