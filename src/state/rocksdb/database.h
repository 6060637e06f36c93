// SPDX-License-Identifier: Apache-2.0
// A RocksDB or ForSt database, open for reading only. Reads files of RocksDB 5.17 to 8.10.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "state/rocksdb/database_files.h"

namespace checkpointfs::state {

// Moves forward over the pairs of one column family, in the order of the bytes of their keys. Views live
// until the cursor moves. Its functions throw base::SystemError if a file cannot be read.
class DatabaseCursor {
 public:
  virtual ~DatabaseCursor() = default;
  // Moves to the first key that is not before `key`.
  virtual void seek(std::string_view key) = 0;
  // REQUIRES: valid().
  virtual void next() = 0;
  // False: the end, or an error.
  virtual bool valid() const = 0;
  // REQUIRES: valid().
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  // Damage. Its field is the local name of the file, if RocksDB names one.
  virtual const std::optional<base::InputError>& error() const = 0;
};

// The sum of what the tables of a column family tell about themselves.
struct TableSums {
  uint64_t files = 0;
  uint64_t bytes = 0;    // of the files, compressed
  uint64_t entries = 0;  // counts overwritten and removed keys as long as RocksDB keeps them: an upper limit
  uint64_t raw_bytes = 0;       // keys and values, uncompressed
  uint64_t removals = 0;        // of the entries; each hides an entry, or nothing
  uint64_t merge_operands = 0;  // of the entries; several may be one value
};

// Not thread-safe. A process that reads untrusted files should do nothing else: see snapshot/isolation.h.
// Memory is bounded: 64 open files, and 32 MiB of blocks, which all databases share.
class Database {
 public:
  // The way of a cursor. It decides how much is read ahead.
  enum class Access : uint8_t { kScan, kSeek };

  virtual ~Database() = default;
  // In the order of the manifest, without the empty "default".
  virtual const std::vector<std::string>& column_families() const = 0;
  // Returns null if there is no such column family. `end`: a key at which the cursor ends; "": none.
  // REQUIRES: the database outlives the cursor.
  virtual std::unique_ptr<DatabaseCursor> cursor(std::string_view column_family, Access access,
                                                 std::string end) = 0;
  // Reads the properties of each table, and no entry. Zeros if there is no such column family.
  virtual base::Result<TableSums> table_sums(std::string_view column_family) = 0;
};

// Throws base::SystemError if a file cannot be read.
base::Result<std::unique_ptr<Database>> open_database(std::vector<DatabaseFile> files);

}  // namespace checkpointfs::state
