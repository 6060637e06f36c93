// SPDX-License-Identifier: Apache-2.0
// Decompresses the framing format of Snappy (framing_format.txt), which Flink writes if
// execution.checkpointing.snapshot-compression is on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/input_error.h"
#include "state/bytes/byte_stream.h"
#include "state/bytes/input.h"

namespace checkpointfs::state {

enum class SnappyStart : uint8_t {
  kIdentifier,  // the stream begins with its identifier FF 06 00 00 73 4E 61 50 70 59
  kChunk,       // begins between two chunks of a stream
};

// One framed stream. Its end is the end of `compressed`, or the identifier of the stream that follows: in a
// key group of a heap snapshot each state is a stream of its own.
class SnappyFrames : public ByteStream {
 public:
  // REQUIRES: `compressed` outlives it.
  SnappyFrames(Input& compressed, SnappyStart start)
      : in_(compressed), inside_(start == SnappyStart::kChunk) {}

  size_t read(char* out, size_t most) override;
  const base::InputError* error() const override { return in_.ok() ? nullptr : &in_.error(); }
  // Skips what is left of this stream, and begins the next one. False: there is none, or `compressed` has an
  // error.
  bool next_stream();

 private:
  std::optional<uint8_t> next_chunk();
  void identifier();
  size_t block(uint8_t type, char* out, size_t most);
  void check(uint32_t masked, std::string_view plain, uint64_t offset);

  Input& in_;
  bool inside_;
  std::string block_;  // a decompressed block that did not fit into what read() was given
  size_t used_ = 0;    // bytes of it that were returned
};

}  // namespace checkpointfs::state
