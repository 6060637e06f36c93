// SPDX-License-Identifier: Apache-2.0
#include "cli/exports/export_progress.h"

#include <algorithm>
#include <string>

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {
namespace {

// "45 s", "3:20 min", "2:05 h".
std::string time_text(uint64_t seconds) {
  if (seconds < 60) return base::format("{} s", seconds);
  if (seconds < 3600) return base::format("{}:{:02} min", seconds / 60, seconds % 60);
  return base::format("{}:{:02} h", seconds / 3600, seconds / 60 % 60);
}

}  // namespace

void ExportProgress::add(uint64_t files, uint64_t bytes) {
  const uint64_t done_files = done_files_ += files;
  const uint64_t done_bytes = done_bytes_ += bytes;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  progress_.update([&] {
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin_).count();
    const uint64_t rate = done_bytes * 1000 / std::max<uint64_t>(1, static_cast<uint64_t>(taken));
    std::string text =
        base::format("{} of {}, {} of {}, {}/s", done_files, base::counted(files_, "file"),
                     base::human_bytes(done_bytes), base::human_bytes(bytes_), base::human_bytes(rate));
    if (rate > 0 && done_bytes < bytes_)
      text += base::format(", {} left", time_text((bytes_ - done_bytes) / rate));
    return text;
  });
}

}  // namespace checkpointfs::cli
