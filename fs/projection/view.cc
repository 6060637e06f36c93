// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/view.h"

#include <cerrno>

#include "base/errors.h"

namespace checkpointfs::fs {

std::string View::target(ViewId) {
  throw base::SystemError(EINVAL, "readlink: no symbolic link");
}

}  // namespace checkpointfs::fs
