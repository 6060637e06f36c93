// SPDX-License-Identifier: Apache-2.0
// Reading a whole file.
#pragma once

#include <cstdint>
#include <string>

namespace checkpointfs::cli {

// What is left to read of `fd`; `name` for messages. Throws SystemError, Failure(kInput) if it is more than
// `limit`.
std::string read_file(int fd, const std::string& name, uint64_t limit = uint64_t{4} << 30);

}  // namespace checkpointfs::cli
