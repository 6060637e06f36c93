// SPDX-License-Identifier: Apache-2.0
// StreamHandleDecoder: stream state handles (SSH), the leaves that name a file or hold bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "flink/decode_state.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

struct KeyGroupRange {
  int32_t first = 0;
  int32_t number = 0;       // 0, whatever the first: the empty range
  uint64_t end_offset = 0;  // of what follows it in the file
};

// `state` must outlive the decoder, here and in the decoders that are built on this one.
class StreamHandleDecoder {
 public:
  explicit StreamHandleDecoder(DecodeState& state) : state_(state), in_(state.in), out_(state.out) {}

  // Reads the handle of the field `name`, which may be absent (kNull).
  StreamTag optional(const char* name, Part part, std::string_view local_name = {});
  // The same; an absent handle is an error.
  void required(const char* name, Part part, std::string_view local_name = {});
  // Reads a handle without a field of its own.
  StreamTag here(Part part, std::string_view local_name);
  // The bodies of BYTE and of KEY_GROUPS, which also stand elsewhere.
  InlineHandle& bytes(Part part, std::string_view local_name);
  KeyGroupRange key_groups(Part part, std::string_view local_name);
  KeyGroupRange key_group_range();

 private:
  void file(StreamTag tag, uint64_t tag_offset, Part part, std::string_view local_name);

  DecodeState& state_;
  base::ByteCursor& in_;
  Metadata& out_;
};

}  // namespace checkpointfs::flink
