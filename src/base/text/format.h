// SPDX-License-Identifier: Apache-2.0
// Numbers, times and hostile text as people want to read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::base {

// "0 B", "999 B", "1.5 KiB", "2.3 GiB".
std::string human_bytes(uint64_t bytes);

// "1 file", "2 files": `noun` in the singular, its plural by an s.
std::string counted(uint64_t n, std::string_view noun);

// UTC, ISO 8601 with seconds: "2026-11-22T10:24:00Z"; `ns` since the epoch.
std::string iso_time(int64_t ns);

// `text` with control characters and invalid bytes as \xNN, so that it can do no harm to a terminal or a log.
std::string printable(std::string_view text);

}  // namespace checkpointfs::base
