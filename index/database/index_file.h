// SPDX-License-Identifier: Apache-2.0
// The tables of the index, and opening a file that has them.
#pragma once

#include <memory>
#include <string>

#include "base/errors.h"
#include "index/database/sqlite.h"

namespace checkpointfs::index {

constexpr int kApplicationId = 0x43504653;  // "CPFS"
constexpr int kSchemaVersion = 4;
// Version 4 has columns that the program reads.
constexpr int kOldestReadableVersion = 4;

// The index is damaged, or no index at all.
class DamagedIndex : public base::Failure {
 public:
  explicit DamagedIndex(const std::string& message) : Failure(base::FailureKind::kIndex, message) {}
};

// Renames a damaged index to "<index>.damaged", so that a new one can be made. REQUIRES: the caller holds the
// IndexLock. Throws SystemError.
void set_aside(const std::string& index_file);

// Throws base::Failure(kIndex) that says that the index is damaged, and what to do.
[[noreturn]] void refuse_damaged(const std::string& file, const IndexError& error);

// Calls `body`; SQLite finds out only on the way that a file is no database, or damaged.
template <typename Body>
auto damage_refused(const std::string& file, const Body& body) {
  try {
    return body();
  } catch (const IndexError& error) {
    if (error.damaged()) refuse_damaged(file, error);
    throw;
  }
}

// Creates the directory that is to hold the index, for its owner only, if it is not there. Throws
// SystemError.
void create_directory_of(const std::string& index_file);

// Both throw base::Failure(kIndex), with what to do about it, if the file is damaged, not an index, or newer
// than this program; the first also if it is not there, or older and not writable: an older index that may be
// written is brought up to date.
std::unique_ptr<Connection> open_index_to_read(const std::string& file);
// Creates the file, and its directory (for its owner only), if they are not there; a new index gives its
// directories and files ids above `ids_above`. REQUIRES: the caller holds the IndexLock.
std::unique_ptr<Connection> open_index_to_write(const std::string& file, int64_t ids_above = 0);

// The first scan of an index writes without the indexes by name and by file, and makes them when it has
// written all snapshots: in order, they take a fraction of the time, and of the writes. Until then the index
// counts as one that is not made. A scan after one that was killed makes them first.
bool lacks_indexes(Connection& db);
void make_indexes(Connection& db);

}  // namespace checkpointfs::index
