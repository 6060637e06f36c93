// SPDX-License-Identifier: Apache-2.0
// How the bytes of files get to the kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "index/database/types.h"

namespace checkpointfs::fs {

enum class IoMode : uint8_t {
  kAuto,    // one of the next two, by the sizes of the files
  kHybrid,  // large files are read by the kernel itself (passthrough), small ones put into its page cache
            // when opened
  kPush,    // nothing is asked on opening; files that will be read next are put into the page cache before
  kPlain,   // each read is answered by this program
};

// Files from this size on are large, bytes. Measured: below, a file is copied faster than it is passed
// through.
inline constexpr uint64_t kLargeFile = index::kLargeFile;

std::string_view to_string(IoMode mode);
std::optional<IoMode> io_mode_of(std::string_view text);

struct IoChoice {
  IoMode mode = IoMode::kPlain;  // never kAuto
  std::string why;               // one phrase
};

// One connection to the kernel cannot have both: once an OPEN was answered with ENOSYS there are no more, and
// passthrough is decided in the answer to OPEN. Without an OPEN, a broken file whose size is not known either
// would read as empty, and nothing would be held (`pin_on_open`).
IoChoice choose_io_mode(IoMode wanted, const index::SizeDistribution& sizes, uint64_t broken_snapshots,
                        bool pin_on_open = false);

}  // namespace checkpointfs::fs
