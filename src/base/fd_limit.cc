// SPDX-License-Identifier: Apache-2.0
#include "base/fd_limit.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/errors.h"

namespace checkpointfs::base {

size_t raise_descriptor_limit() {
  // The most that Linux lets a process have unless it is told otherwise (fs.nr_open).
  static constexpr rlim_t kMost = 1 << 20;
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("ask for", "the limit of descriptors");
  limit.rlim_cur = std::min(limit.rlim_max, kMost);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("raise", "the limit of descriptors");
  return limit.rlim_cur;
}

}  // namespace checkpointfs::base
