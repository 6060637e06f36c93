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
  MetadataDecoder(const base::ByteCursor& input, const Layout& layout, const Limits& limits,
                  Metadata* metadata);
  MetadataDecoder(const MetadataDecoder&) = delete;
  MetadataDecoder& operator=(const MetadataDecoder&) = delete;

  // Reads the next part: the head of the metadata, that of an operator, a subtask, or the end. False: all was
  // read, or ok() is false.
  bool next();
  bool ok() const { return in_.ok(); }
  // The offset of the byte behind the last part.
  uint64_t offset() const { return in_.offset(); }
  // REQUIRES: !ok().
  base::InputError error() const;

 private:
  void head();
  void end();
  void master_state();
  void an_operator();
  bool coordinator_state();
  bool finished_marker();
  void begin_subtasks();
  void next_subtask();
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

  bool has_begun_ = false;
  bool is_at_end_ = false;
  // The next ones, and the numbers of them.
  uint32_t operator_ = 0;
  uint32_t operators_ = 0;
  uint32_t subtask_ = 0;
  uint32_t subtasks_ = 0;
};

}  // namespace checkpointfs::flink
