// SPDX-License-Identifier: Apache-2.0
// DecodeState: the cursor of one pass over a `_metadata`, and all that the decoders of its parts share.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_cursor.h"
#include "flink/field_path.h"
#include "flink/layout.h"
#include "flink/decoder_limits.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

struct DecodeState {
  base::ByteCursor in;
  const Layout& layout;
  const Limits& limits;
  Metadata& out;
  FieldPath path = {};

  // The place of the handle that is being read.
  Role role = Role::kOperatorManaged;
  bool materialised = false;
  int32_t subtask = 0;
  int depth = 0;              // of handles inside handles
  uint64_t file_handles = 0;  // so far

  FieldScope field(const char* name) { return FieldScope(in, path, name); }
  // A modified UTF-8 string that Java accepts.
  std::string_view utf(const char* name);
  // The same for a string of which Flink makes a Path, which throws on an empty one.
  std::string_view path_utf(const char* name);
  // False (and an error) if handles are nested too deeply. REQUIRES: a matching leave() in both cases.
  bool enter(uint64_t tag_offset);
  void leave() { --depth; }
  // A span that begins at the next file and inline state, and its end behind those that have been read.
  HandleSpan begin_span() const;
  void end_span(HandleSpan& span) const;
  // False (and an error) if handles of this `kind` had no such tag in this layout.
  bool known_tag(int tag, uint64_t tag_offset, const char* kind);
};

}  // namespace checkpointfs::flink
