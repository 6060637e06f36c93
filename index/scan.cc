// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <sys/resource.h>
#include <cstdio>

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
  {
    struct rusage u;
    getrusage(RUSAGE_THREAD, &u);
    fprintf(stderr, "writer %.3f+%.3f\n", u.ru_utime.tv_sec + u.ru_utime.tv_usec / 1e6,
            u.ru_stime.tv_sec + u.ru_stime.tv_usec / 1e6);
  }
  // A mount lives on for months after it.
  ::mallopt(M_TRIM_THRESHOLD, 128 << 10);
  ::malloc_trim(0);
  return result;
}

}  // namespace checkpointfs::index
