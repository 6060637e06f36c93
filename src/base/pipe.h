// SPDX-License-Identifier: Apache-2.0
// The two ends of a pipe; both are closed on exec.
#pragma once

#include "base/unique_fd.h"

namespace checkpointfs::base {

struct Pipe {
  UniqueFd reading;
  UniqueFd writing;
};

// Throws SystemError.
Pipe make_pipe();

}  // namespace checkpointfs::base
