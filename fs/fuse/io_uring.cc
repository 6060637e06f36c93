// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/io_uring.h"

#include <fstream>

#include "fs/libfuse.h"

namespace checkpointfs::fs {

std::string io_uring_state(size_t stores) {
  if (!kHasIoUring) return "off, needs libfuse 3.18";
  std::ifstream parameter("/sys/module/fuse/parameters/enable_uring");
  char value = 0;
  if (!(parameter >> value)) return "off, needs Linux 6.14";
  if (value != 'Y') return "off, the kernel's parameter fuse.enable_uring is not set";
  if (stores > 1) return "off, one store that hangs would keep the others from answering";
  return "on";
}

}  // namespace checkpointfs::fs
