// SPDX-License-Identifier: Apache-2.0
// A forward stream of bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/input_error.h"
#include "state/bytes/state_bytes.h"

namespace checkpointfs::state {

// A range of a StateBytes, or the decompressed form of one.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Reads at most `most` bytes. 0: the stream has ended, or is damaged. Throws base::SystemError if the file
  // cannot be read.
  virtual size_t read(char* out, size_t most) = 0;
  // The damage of a compressed stream; else null.
  virtual const base::InputError* error() const { return nullptr; }
};

// The bytes of `bytes` from `start` on, `length` of them, or fewer if `bytes` ends before.
class RangeStream : public ByteStream {
 public:
  RangeStream(std::shared_ptr<const StateBytes> bytes, uint64_t start, uint64_t length);
  // All of `bytes`.
  explicit RangeStream(std::shared_ptr<const StateBytes> bytes);

  size_t read(char* out, size_t most) override;

 private:
  std::shared_ptr<const StateBytes> bytes_;
  uint64_t next_;
  uint64_t left_;
};

}  // namespace checkpointfs::state
