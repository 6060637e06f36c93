// SPDX-License-Identifier: Apache-2.0
// KeyedStateDecoder: keyed state handles (KSH), whole, incremental and of a changelog.
#pragma once

#include <cstdint>

#include "flink/decode_state.h"
#include "flink/metadata.h"
#include "flink/stream_handle_decoder.h"

namespace checkpointfs::flink {

// Tags of keyed state handles; the grammar is above handle_here().
enum class KeyedTag : uint8_t {
  kNull = 0,
  kKeyGroups = 3,
  kIncremental = 5,
  kSavepointKeyGroups = 7,
  kChangelog = 8,
  kChangelogBytes = 9,
  kChangelogFiles = 10,
  kIncrementalV2 = 11,
  kKeyGroupsV2 = 12,
  kChangelogFilesV2 = 13,
  kChangelogV2 = 14,
};

class KeyedStateDecoder {
 public:
  KeyedStateDecoder(DecodeState& state, StreamHandleDecoder& handles)
      : state_(state), in_(state.in), out_(state.out), handles_(handles) {}

  void handle(const char* name, Role role);

 private:
  KeyedTag handle_here();
  bool body(KeyedTag tag);
  void incremental(bool with_size_and_id);
  uint32_t handle_list(const char* name, Part part);
  void changelog(bool with_checkpoint_id);
  void materialised_handles();
  void change_handles();
  void changelog_bytes();
  void changelog_files();

  DecodeState& state_;
  base::ByteCursor& in_;
  Metadata& out_;
  StreamHandleDecoder& handles_;
};

}  // namespace checkpointfs::flink
