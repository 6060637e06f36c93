// SPDX-License-Identifier: Apache-2.0
// A range of stored bytes as an input, decompressed if it is a stream of Snappy frames.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "state/bytes/byte_stream.h"
#include "state/bytes/input.h"
#include "state/bytes/snappy_frames.h"
#include "state/bytes/state_bytes.h"

namespace checkpointfs::state {

// A range of bytes; it ends before if the bytes do.
struct StoredRange {
  std::shared_ptr<const StateBytes> bytes;
  uint64_t start = 0;
  uint64_t length = 0;
};

class StoredInput {
 public:
  // The bytes as they are. `offset`: the position of the first one, for messages.
  StoredInput(const StoredRange& range, uint64_t offset)
      : range_(range.bytes, range.start, range.length), stored_(range_, offset) {}
  explicit StoredInput(const StoredRange& range) : StoredInput(range, range.start) {}
  // Frames. `offset`: the position of the first byte that they have, for messages; the first `skipped` bytes
  // are left out.
  StoredInput(const StoredRange& range, SnappyStart frames, uint64_t offset = 0, uint64_t skipped = 0)
      : StoredInput(range) {
    frames_.emplace(stored_, frames);
    plain_.emplace(*frames_, offset);
    plain_->skip(skipped, "offset");
  }
  StoredInput(const StoredInput&) = delete;
  StoredInput& operator=(const StoredInput&) = delete;

  Input& in() { return plain_ ? *plain_ : stored_; }

 private:
  RangeStream range_;
  Input stored_;
  std::optional<SnappyFrames> frames_;
  std::optional<Input> plain_;
};

}  // namespace checkpointfs::state
