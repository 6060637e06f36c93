// SPDX-License-Identifier: Apache-2.0
#include "fs/open_file.h"

namespace checkpointfs::fs {

std::string StreamedText::read(uint64_t offset, size_t size) {
  const std::lock_guard lock(mutex_);
  if (offset < start_) {
    source_->restart();
    start_ = 0;
    kept_.clear();
  }
  while (start_ + kept_.size() < offset + size) {
    const uint64_t passed = std::min<uint64_t>(offset - start_, kept_.size());
    kept_.erase(0, passed);
    start_ += passed;
    const std::string piece = source_->next();
    if (piece.empty()) break;
    kept_ += piece;
  }
  if (offset >= start_ + kept_.size()) return {};
  return kept_.substr(offset - start_, size);
}

}  // namespace checkpointfs::fs
