// SPDX-License-Identifier: Apache-2.0
// MetadataDecoder: the body of a `_metadata` in one layout. decode.h says what the whole decoder promises.
#pragma once

#include <string_view>

#include "base/input_error.h"
#include "flink/channel_state_decoder.h"
#include "flink/decode_state.h"
#include "flink/keyed_state_decoder.h"
#include "flink/layout.h"
#include "flink/decoder_limits.h"
#include "flink/metadata.h"
#include "flink/operator_state_decoder.h"
#include "flink/stream_handle_decoder.h"

namespace checkpointfs::flink {

// Makes one pass. The arguments must outlive the decoder.
class MetadataDecoder {
 public:
  MetadataDecoder(std::string_view bytes, const Layout& layout, const Limits& limits, Metadata* metadata);
  MetadataDecoder(const MetadataDecoder&) = delete;
  MetadataDecoder& operator=(const MetadataDecoder&) = delete;

  // Reads all that follows magic and version. False: see error().
  bool read();
  // REQUIRES: read() returned false.
  base::InputError error() const;

 private:
  void master_state();
  void an_operator();
  bool coordinator_state();
  bool finished_marker();
  void subtasks();
  bool subtask_index();
  void subtask();
  void refuse_legacy_state();

  DecodeState state_;
  base::ByteCursor& in_ = state_.in;
  Metadata& out_ = state_.out;
  StreamHandleDecoder handles_;
  OperatorStateDecoder operator_state_;
  KeyedStateDecoder keyed_state_;
  ChannelStateDecoder channel_state_;
};

}  // namespace checkpointfs::flink
