// SPDX-License-Identifier: Apache-2.0
#include "fs/state/keyed_stream.h"

#include <cerrno>

#include "base/errors.h"

namespace checkpointfs::fs {

std::string KeyedStream::next() {
  if (failure_) std::rethrow_exception(failure_);
  if (is_at_end_) return {};
  try {
    if (child_ == nullptr) child_ = texts_.start(snapshot_, request_);
    std::string piece = texts_.next(*child_, name_);
    is_at_end_ = piece.empty();
    return piece;
  } catch (const base::SystemError& e) {
    // An interrupted reader may go on.
    if (e.code() != EINTR) failure_ = std::current_exception();
    throw;
  }
}

void KeyedStream::restart() {
  child_.reset();
  is_at_end_ = false;
  failure_ = nullptr;
}

}  // namespace checkpointfs::fs
