// SPDX-License-Identifier: Apache-2.0
// What FileRows writes once for each transaction.
#include <algorithm>
#include <array>

#include "index/database/types.h"
#include "index/rows/file_rows.h"

namespace checkpointfs::index {
namespace {

using Sums = std::array<uint64_t, 4>;  // as the columns of totals

Sums sums_of(int64_t length, bool segment) {
  const auto bytes = static_cast<uint64_t>(std::max<int64_t>(length, 0));
  if (segment || length < kLargeFile) return {1, bytes, 0, 0};
  return {1, bytes, 1, bytes};
}

}  // namespace

void FileRows::flush_directories() {
  bool emptied = false;
  for (const auto& [id, difference] : in_directory_) {
    Statement row(db_, "UPDATE state_directories SET files = files + ? WHERE id = ? RETURNING files");
    row.bind(difference, id);
    if (!row.step() || row.integer(0) != 0) continue;
    row.reset();
    Statement(db_, "DELETE FROM state_directories WHERE id = ?").bind(id).run();
    emptied = true;
  }
  in_directory_.clear();
  if (emptied) directories_.clear();
}

void FileRows::flush() {
  flush_directories();
  for (const int64_t id : made_) links_.try_emplace(id, 0);
  // In the order of the table.
  std::vector<std::pair<int64_t, int64_t>> links(links_.begin(), links_.end());
  links_.clear();
  std::sort(links.begin(), links.end());
  std::sort(made_.begin(), made_.end());
  // Sums of hostile sizes must neither fail nor get lost: modulo 2^64 they can be taken back.
  Sums sums = {};
  Statement row(db_, "UPDATE files SET links = links + ? WHERE id = ? RETURNING links, length, segment");
  for (const auto& [id, difference] : links) {
    if (difference == 0 && !std::binary_search(made_.begin(), made_.end(), id)) continue;
    row.bind(difference, id);
    if (!row.step()) continue;
    const int64_t now = row.integer(0);
    if (now == 0) unreferenced_.push_back(id);
    if (difference == 0) continue;
    const Sums file = sums_of(row.integer(1), row.integer(2) != 0);
    for (size_t i = 0; i < sums.size(); ++i) {
      if (now == difference) sums[i] += file[i];
      if (now == 0) sums[i] -= file[i];
    }
  }
  const bool made = !made_.empty();
  made_.clear();
  if (sums == Sums{} && !made && unreferenced_.empty()) return;
  std::array<int64_t, sums.size()> all = {};
  {
    Statement totals(db_, "SELECT files, bytes, large_files, large_bytes FROM totals WHERE id = 1");
    if (!totals.step()) return;
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = static_cast<int64_t>(sums[i] + static_cast<uint64_t>(totals.integer(static_cast<int>(i))));
  }
  Statement(
      db_,
      "UPDATE totals SET files = ?, bytes = ?, large_files = ?, large_bytes = ?, last_id = ? WHERE id = 1")
      .bind(all[0], all[1], all[2], all[3], last_id_)
      .run();
}

}  // namespace checkpointfs::index
