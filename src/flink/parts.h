// SPDX-License-Identifier: Apache-2.0
// Decodes a `_metadata` part by part, so that one part of it is in memory: the head, the head of each
// operator, each subtask, and the end.
#pragma once

#include <optional>

#include "base/byte_cursor.h"
#include "base/input_error.h"
#include "flink/decoder_limits.h"
#include "flink/metadata.h"
#include "flink/metadata_decoder.h"

namespace checkpointfs::flink {

// Finds in all parts together what decode() finds in the whole. Not thread-safe.
class PartDecoder {
 public:
  // `input`: outlives this.
  explicit PartDecoder(base::GrowingInput& input, const Limits& limits = {});
  PartDecoder(const PartDecoder&) = delete;
  PartDecoder& operator=(const PartDecoder&) = delete;

  // Decodes the next part, and forgets the handles of the one before; the operators so far stay, and their
  // names while their bytes do. Null at the end. Metadata of version 3 is one part, as its layout shows at
  // its end. Throws as GrowingInput::until().
  base::Result<const Metadata*> next();

 private:
  std::optional<base::InputError> begin();

  base::GrowingInput& input_;
  const Limits limits_;
  Metadata part_;
  std::optional<MetadataDecoder> decoder_;
  bool has_begun_ = false;
};

}  // namespace checkpointfs::flink
