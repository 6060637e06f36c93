// SPDX-License-Identifier: Apache-2.0
// SHA256SUMS: the file that `sha256sum -c` and `rclone checksum sha256` read.
#pragma once

#include <string>
#include <string_view>

#include "transfer/manifest/sha256.h"

namespace checkpointfs::transfer {

// A line in the form of GNU coreutils: "<sum>  <name>\n". Back slashes, line feeds and carriage returns in
// the name are escaped, and then the line begins with a back slash; all other bytes stand as they are.
// REQUIRES: the name has no NUL.
std::string sha256sums_line(std::string_view name, const Sha256Sum& sum);

}  // namespace checkpointfs::transfer
