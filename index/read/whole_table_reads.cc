// SPDX-License-Identifier: Apache-2.0
#include "index/read/whole_table_reads.h"

#include <algorithm>

#include "index/database/index_file.h"
#include "index/database/sqlite.h"

namespace checkpointfs::index {
namespace {

constexpr const char* kHardLinks = R"sql(
WITH names AS (
  SELECT id, device, inode, size, mtime_ns, COUNT(*) OVER (PARTITION BY device, inode, size, mtime_ns) AS names
  FROM state_file_rows WHERE status = 0 AND inode <> 0)
SELECT f.id,
  MIN(f.id) OVER (PARTITION BY n.device, n.inode, n.size, n.mtime_ns, f.segment, f.start, f.length)
FROM names n JOIN files f ON f.state_file_id = n.id WHERE n.names > 1 AND f.status = 0 AND f.links > 0
ORDER BY f.id)sql";

constexpr const char* kInlineBytes =
    "SELECT snapshot_id, inline_bytes FROM operator_rows WHERE inline_bytes > 0 ORDER BY snapshot_id, "
    "ordinal";

}  // namespace

std::unordered_map<int64_t, int64_t> hard_links(const std::string& index_file) {
  std::unordered_map<int64_t, int64_t> first_of;
  const auto connection = open_index_to_read(index_file);
  Statement rows(*connection, kHardLinks);
  while (rows.step()) first_of[rows.integer(0)] = rows.integer(1);
  return first_of;
}

std::unordered_map<int64_t, uint64_t> inline_bytes(const std::string& index_file) {
  std::unordered_map<int64_t, uint64_t> bytes;
  const auto connection = open_index_to_read(index_file);
  Statement rows(*connection, kInlineBytes);
  while (rows.step()) bytes[rows.integer(0)] += static_cast<uint64_t>(rows.integer(1));
  return bytes;
}

}  // namespace checkpointfs::index
