// SPDX-License-Identifier: Apache-2.0
#include "index/read/reader.h"

#include "flink/names.h"
#include "index/database/index_file.h"
#include "index/database/sqlite.h"
#include "index/read/reader_queries.h"
#include "index/read/reader_rows.h"

namespace checkpointfs::index {

Reader::Reader(const std::string& index_file, Sees sees)
    : connection_(open_index_to_read(index_file)),
      projection_(*connection_),
      snapshots_(*connection_),
      references_(*connection_),
      dump_(*connection_) {
  if (sees == Sees::kEveryState) return;
  held_ = std::make_unique<ReadTransaction>(*connection_);
  scan();  // SQLite begins a transaction with the first question
}

Reader::~Reader() = default;

std::vector<storage::Root> Reader::roots() {
  return read_roots(*connection_);
}

std::vector<storage::Mapping> Reader::mappings() {
  return read_mappings(*connection_);
}

Totals Reader::totals() {
  const ReadTransaction one_state(*connection_);
  Totals totals;
  Statement files(*connection_, queries::kTotals);
  if (files.step()) {
    totals.files = static_cast<uint64_t>(files.integer(0));
    totals.bytes = static_cast<uint64_t>(files.integer(1));
  }
  Statement snapshots(*connection_, queries::kSnapshotTotals);
  while (snapshots.step()) {
    ++totals.snapshots;
    if (!is_sound(static_cast<SnapshotStatus>(snapshots.integer(0)))) ++totals.broken_snapshots;
    totals.projected_bytes += static_cast<uint64_t>(snapshots.integer(1));
  }
  return totals;
}

SizeDistribution Reader::size_distribution() {
  Statement row(*connection_, queries::kSizes);
  if (!row.step()) return {};
  const auto sum = [&row](int column) { return static_cast<uint64_t>(row.integer(column)); };
  return {sum(0), sum(1), sum(2), sum(3)};
}

int64_t Reader::last_id() {
  Statement row(*connection_, queries::kLastId);
  return row.step() ? row.integer(0) : 0;
}

int64_t Reader::scan() {
  Statement row(*connection_, queries::kScan);
  return row.step() ? row.integer(0) : 0;
}

FileSums Reader::file_sums() {
  Statement row(*connection_, queries::kFileSums);
  if (!row.step()) return {};
  const auto sum = [&row](int column) { return static_cast<uint64_t>(row.integer(column)); };
  return {sum(0), (sum(1) << 32) + sum(2)};
}

}  // namespace checkpointfs::index
