// SPDX-License-Identifier: Apache-2.0
// The choices of an export, and its result.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "export/placement.h"
#include "flink/rewrite.h"
#include "transfer/checksums.h"
#include "transfer/file_transfer.h"

namespace checkpointfs::exporting {

// Files and bytes, by the way in which they came into the target.
struct Counts {
  uint64_t files = 0;
  uint64_t bytes = 0;  // the sum of those below
  uint64_t copied_bytes = 0;
  uint64_t reflinked_bytes = 0;  // with the blocks of the original
  uint64_t linked_bytes = 0;     // hard links of the original
  uint64_t shared_bytes = 0;     // files of another snapshot in the target
  uint64_t kept_bytes = 0;       // there before

  Counts& operator+=(const Counts& other);
};

struct Options {
  Layout layout = Layout::kSnapshots;
  flink::Form form;  // kAbsolute: `prefix` is that of the target; each snapshot's path in it is appended
  transfer::Links links = transfer::Links::kNever;
  transfer::Checksums checksums = transfer::Checksums::kCrc32c;
  bool verify = false;
  bool resume = true;  // else begin again with what is not complete
  size_t threads = 2;
  std::set<std::string> only;               // Layout::kFilesOnly: projected names
  const std::atomic<bool>* stop = nullptr;  // true: end soon, with what is whole in the journal
  // Called with the files and bytes that were done since the last call, from several threads.
  std::function<void(uint64_t files, uint64_t bytes)> on_progress;
};

struct Exported {
  std::string directory;  // path of the snapshot in the target
  std::string manifest;   // path; "" if there is none
  Counts counts;
  bool was_complete = false;  // an earlier run had done it all
  bool verified = false;
};

// Throws SystemError(EINTR) if the export is to end.
void require_going_on(const Options& options);

}  // namespace checkpointfs::exporting
