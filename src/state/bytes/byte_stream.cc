// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/byte_stream.h"

#include <algorithm>
#include <utility>

namespace checkpointfs::state {

RangeStream::RangeStream(std::shared_ptr<const StateBytes> bytes, uint64_t start, uint64_t length)
    : bytes_(std::move(bytes)), next_(start), left_(length) {}

RangeStream::RangeStream(std::shared_ptr<const StateBytes> bytes)
    : bytes_(std::move(bytes)), next_(0), left_(bytes_->size()) {}

size_t RangeStream::read(char* out, size_t most) {
  const size_t n = bytes_->read(next_, out, static_cast<size_t>(std::min<uint64_t>(most, left_)));
  next_ += n;
  left_ -= n;
  return n;
}

}  // namespace checkpointfs::state
