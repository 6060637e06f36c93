// SPDX-License-Identifier: Apache-2.0
// OperatorStateDecoder: operator state handles (OSH).
#pragma once

#include <cstdint>

#include "flink/decode_state.h"
#include "flink/metadata.h"
#include "flink/stream_handle_decoder.h"

namespace checkpointfs::flink {

class OperatorStateDecoder {
 public:
  OperatorStateDecoder(DecodeState& state, StreamHandleDecoder& handles)
      : state_(state), in_(state.in), out_(state.out), handles_(handles) {}

  // Reads an optional handle: int present, then the handle.
  void handle(const char* name, Role role);

 private:
  bool body(int tag, uint64_t present_offset);
  uint64_t state_list();
  void segment_operator(uint64_t present_offset, uint64_t tag_offset, uint64_t offsets);

  DecodeState& state_;
  base::ByteCursor& in_;
  Metadata& out_;
  StreamHandleDecoder& handles_;
};

}  // namespace checkpointfs::flink
