// SPDX-License-Identifier: Apache-2.0
#include "index/database/write_ahead_log.h"

#include <sys/stat.h>

#include "index/database/index_file.h"

namespace checkpointfs::index {

uint64_t log_size(const std::string& index_file) {
  struct stat st = {};
  return ::stat((index_file + "-wal").c_str(), &st) == 0 ? static_cast<uint64_t>(st.st_size) : 0;
}

bool fold_log(const std::string& index_file) {
  const auto db = open_index_to_write(index_file);
  Statement fold(*db, "PRAGMA wal_checkpoint(PASSIVE)");
  if (!fold.step()) return false;
  const bool is_busy = fold.integer(0) != 0;
  const int64_t pages = fold.integer(1);
  const int64_t folded = fold.integer(2);
  return !is_busy && pages == folded;
}

}  // namespace checkpointfs::index
