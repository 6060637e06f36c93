// SPDX-License-Identifier: Apache-2.0
#include "base/pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/errors.h"

namespace checkpointfs::base {

Pipe make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("make", "a pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace checkpointfs::base
