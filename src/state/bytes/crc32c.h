// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli), the checksum of Snappy's frames.
#pragma once

#include <cstdint>
#include <string_view>

namespace checkpointfs::state {

uint32_t crc32c(std::string_view bytes);

}  // namespace checkpointfs::state
