// SPDX-License-Identifier: Apache-2.0
// The modes in which the bytes of files get to the kernel.
//
// `hybrid` lets the kernel read large files by itself (passthrough.h) and puts small ones into its page cache
// before the answer to their OPEN (page_cache.h). `push` answers no OPEN at all (inode_files.h,
// live_texts.h). One connection cannot have both. In both, a thread (prefetcher.h) puts small files into the
// page cache that will be read next, by a guess at the order (read_predictor.h, which is independent of the
// mount).
// docs/performance.md has the reasons. The folder relies on the projection for the files.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fs/io/host_costs.h"
#include "index/database/types.h"

namespace checkpointfs::fs {

enum class IoMode : uint8_t {
  kAuto,    // one of the next two, by the sizes of the files and what both would cost here
  kHybrid,  // large files are read by the kernel itself (passthrough), small ones put into its page cache
            // when opened
  kPush,    // the kernel sends no OPEN; files are put into the page cache before they are read
  kPlain,   // this program answers each read
};

// Files of this size and more are large, bytes. Measured: smaller files are copied faster than they are
// passed through.
inline constexpr uint64_t kLargeFile = index::kLargeFile;

std::string_view to_string(IoMode mode);
std::optional<IoMode> io_mode_of(std::string_view text);

struct IoChoice {
  IoMode mode = IoMode::kPlain;  // never kAuto
  std::string why;               // one phrase
};

// kPush needs a mount where no OPEN is needed: passthrough is decided in the answer to an OPEN, and the
// kernel sends none after an OPEN was answered with ENOSYS. Without an OPEN, a broken file of unknown size
// would read as empty.
enum class NeedsOpen : uint8_t {
  kNo,
  kPinOnOpen,
  kKeyedState,  // texts of unknown size
};
// `costs` is called only if the choice depends on it.
IoChoice choose_io_mode(IoMode wanted, const index::SizeDistribution& sizes, uint64_t broken_snapshots,
                        NeedsOpen needs_open, const std::function<IoCosts()>& costs);

}  // namespace checkpointfs::fs
