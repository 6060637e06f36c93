// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include "base/beneath.h"
#include "index/index.h"
#include "index/scanner.h"
#include "index/schema.h"

namespace checkpointfs::index {

ScanResult scan(const Options& options, const std::function<void(uint64_t done, uint64_t found)>& progress) {
  base::require_openat2();
  const Configuration configuration = make_configuration(options);
  // Memory that threads give back is soon taken again.
  ::mallopt(M_TRIM_THRESHOLD, 32 << 20);
  ScanResult result = damage_refused(options.index_file, [&] {
    const auto db = open_index_to_write(options.index_file);
    return Scanner(*db, store_configuration(*db, configuration), progress).run();
  });
  // A mount lives on for months after it.
  ::mallopt(M_TRIM_THRESHOLD, 128 << 10);
  ::malloc_trim(0);
  return result;
}

}  // namespace checkpointfs::index
