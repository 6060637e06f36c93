// SPDX-License-Identifier: Apache-2.0
// Reader: one read-only connection to the index and the readers that share it.
//
// Each reader answers the questions of one user:
//   ProjectionReader  a mount's: nodes, names, directories, and the bytes behind a file
//   SnapshotReader    snapshots, and the files and operators of each
//   ReferenceReader   the snapshots that need a file, and what each file costs
//   IndexDump         whole tables, by page or by stream
// Reader itself answers the questions about the index as a whole: sources, mappings, totals and the number of
// the last scan. A mount with many threads lends Readers from a ReaderPool (reader_pool.h). The SQL of all
// readers is in reader_queries.h, where a test asks SQLite for the plan of each query; reader_rows.h turns
// rows into the values of database/types.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "index/database/types.h"
#include "index/read/index_dump.h"
#include "index/read/projection_reader.h"
#include "index/read/reference_reader.h"
#include "index/read/snapshot_reader.h"
#include "storage/types.h"

namespace checkpointfs::index {

class Connection;
class ReadTransaction;

// Not thread-safe: one per thread, or behind a ReaderPool. Every call, of Reader and of its readers, is one
// consistent read that includes the calls its callbacks make. Throws base::Failure(kIndex) if the file is
// not an index of this version, IndexError on SQLite's errors.
class Reader {
 public:
  enum class Sees {
    kEveryState,  // each call sees the index as it is then
    kOneState,    // all calls see the index as it was at the construction; saves each call a look for changes
  };

  explicit Reader(const std::string& index_file, Sees sees = Sees::kEveryState);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  ProjectionReader& projection() { return projection_; }
  SnapshotReader& snapshots() { return snapshots_; }
  ReferenceReader& references() { return references_; }
  IndexDump& dump() { return dump_; }

  std::vector<storage::Root> roots();
  std::vector<storage::Mapping> mappings();
  Totals totals();
  // Reads one row, which the scan keeps up to date.
  SizeDistribution size_distribution();
  // Reads all files, but no reference.
  FileSums file_sums();
  // The number of scans that changed the index. The index is unchanged while this number is unchanged and
  // nobody holds the IndexLock.
  int64_t scan();
  // No row of the index ever had an id above this one.
  int64_t last_id();

 private:
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<ReadTransaction> held_;
  ProjectionReader projection_;
  SnapshotReader snapshots_;
  ReferenceReader references_;
  IndexDump dump_;
};

}  // namespace checkpointfs::index
