// SPDX-License-Identifier: Apache-2.0
// ChannelStateDecoder: channel state handles (CSH), of input channels and result subpartitions.
#pragma once

#include "flink/decode_state.h"
#include "flink/metadata.h"
#include "flink/stream_handle_decoder.h"

namespace checkpointfs::flink {

class ChannelStateDecoder {
 public:
  ChannelStateDecoder(DecodeState& state, StreamHandleDecoder& handles)
      : state_(state), in_(state.in), handles_(handles) {}

  // Reads a list: int count, then the handles.
  void channels(const char* name, Role role);

 private:
  void typed_handle();
  void handle();
  void merged_handle();

  DecodeState& state_;
  base::ByteCursor& in_;
  StreamHandleDecoder& handles_;
};

}  // namespace checkpointfs::flink
