// SPDX-License-Identifier: Apache-2.0
// A file of the projection that somebody has open.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "base/unique_fd.h"

namespace checkpointfs::fs {

// Either a range of a state file (`fd`), or bytes that exist in memory only (`text`).
struct OpenFile {
  std::shared_ptr<const std::string> text;
  base::UniqueFd fd;
  uint64_t start = 0;      // in the state file, bytes
  uint64_t length = 0;     // bytes that can be read
  uint64_t file_size = 0;  // of the state file; a smaller one later means that it was damaged while open
  std::string name;        // for messages

  // How many bytes a read of `size` at `offset` yields.
  uint64_t readable(uint64_t offset, uint64_t size) const {
    return offset >= length ? 0 : std::min(size, length - offset);
  }
};

}  // namespace checkpointfs::fs
