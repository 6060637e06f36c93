// SPDX-License-Identifier: Apache-2.0
#include "cli/output/progress.h"

#include <unistd.h>

#include <cstdio>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/messages.h"

namespace checkpointfs::cli {

Progress::Progress(std::string what, std::string noun)
    : what_(std::move(what)),
      noun_(std::move(noun)),
      terminal_(remarks() == Remarks::kPrinted && ::isatty(STDERR_FILENO) == 1),
      next_(Clock::now() + std::chrono::seconds(1)) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::update(uint64_t done, uint64_t total) {
  update([&] {
    return total == 0 ? base::counted(done, noun_)
                      : base::format("{} of {}", done, base::counted(total, noun_));
  });
}

void Progress::update(const std::function<std::string()>& text) {
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  shown_ = true;
  std::fputs(base::format("\r\033[K{}: {}", what_, text()).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace checkpointfs::cli
