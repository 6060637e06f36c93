// SPDX-License-Identifier: Apache-2.0
#include "fs/state/streamed_text.h"

#include <algorithm>

#include "base/errors.h"

namespace checkpointfs::fs {

void StreamedText::restart() {
  source_->restart();
  start_ = 0;
  kept_.clear();
}

std::string StreamedText::read(uint64_t offset, size_t size) {
  const std::lock_guard lock(mutex_);
  if (offset < start_) restart();
  while (start_ + kept_.size() < offset + size && add_piece(offset)) {
  }
  if (offset >= start_ + kept_.size()) return {};
  return kept_.substr(offset - start_, size);
}

// Makes one piece more; false at the end. Throws only if nothing is there from `wanted_from` on.
bool StreamedText::add_piece(uint64_t wanted_from) {
  const uint64_t wanted = wanted_from < kKeptBehind ? 0 : wanted_from - kKeptBehind;
  if (wanted > start_ && kept_.size() > 2 * kKeptBehind) {
    const uint64_t passed = std::min<uint64_t>(wanted - start_, kept_.size());
    kept_.erase(0, passed);
    start_ += passed;
  }
  try {
    const std::string piece = source_->next();
    kept_ += piece;
    return !piece.empty();
  } catch (const base::SystemError&) {
    if (wanted_from >= start_ + kept_.size()) throw;
    return false;
  }
}

uint64_t StreamedText::size() {
  const std::lock_guard lock(mutex_);
  restart();
  uint64_t bytes = 0;
  for (std::string piece = source_->next(); !piece.empty(); piece = source_->next()) bytes += piece.size();
  restart();
  return bytes;
}

}  // namespace checkpointfs::fs
