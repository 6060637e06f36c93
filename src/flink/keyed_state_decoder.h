// SPDX-License-Identifier: Apache-2.0
// KeyedStateDecoder: keyed state handles (KSH), whole, incremental and of a changelog.
#pragma once

#include <cstdint>

#include "flink/decode_state.h"
#include "flink/metadata.h"
#include "flink/stream_handle_decoder.h"

namespace checkpointfs::flink {

class KeyedStateDecoder {
 public:
  KeyedStateDecoder(DecodeState& state, StreamHandleDecoder& handles)
      : state_(state), in_(state.in), out_(state.out), handles_(handles) {}

  void handle(const char* name, Role role);

 private:
  KeyedTag handle_here();
  // These read what follows the tag, and describe it in `handle`.
  bool body(KeyedHandle& handle);
  void key_groups(KeyedHandle& handle);
  void key_group_range(KeyedHandle& handle);
  void incremental(KeyedHandle& handle);
  uint32_t handle_list(const char* name, Part part);
  void changelog(KeyedHandle& handle);
  void materialised_handles();
  void change_handles();
  void changelog_bytes(KeyedHandle& handle);
  void changelog_files(KeyedHandle& handle);

  DecodeState& state_;
  base::ByteCursor& in_;
  Metadata& out_;
  StreamHandleDecoder& handles_;
};

}  // namespace checkpointfs::flink
