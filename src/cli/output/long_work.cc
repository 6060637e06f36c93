// SPDX-License-Identifier: Apache-2.0
#include "cli/output/long_work.h"

#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {

LongWork::LongWork(const std::string& what, const std::string& noun, std::string afterwards)
    : progress_(what, noun), what_(what), noun_(noun), afterwards_(std::move(afterwards)) {}

void LongWork::update(uint64_t done, uint64_t total) {
  done_ = done;
  total_ = total;
  end_if_interrupted();
  progress_.update(done, total);
}

void LongWork::end_if_interrupted() {
  if (!Interrupts::flag()) return;
  const std::string far = total_ == 0 ? base::counted(done_, noun_)
                                      : base::format("{} of {}", done_, base::counted(total_, noun_));
  throw Interrupted(Interrupts::signal(),
                    base::format("interrupted while {}: {}; {}", what_, far, afterwards_));
}

}  // namespace checkpointfs::cli
