// SPDX-License-Identifier: Apache-2.0
// Decodes `_metadata`, the file that describes a checkpoint or savepoint of Flink.
//
// decode() reads magic and version and runs one MetadataDecoder for each Layout of that version. The decoders
// of the parts share a DecodeState (cursor, field path, limits): StreamHandleDecoder reads the leaves that
// name files, and OperatorStateDecoder, KeyedStateDecoder and ChannelStateDecoder the handles that contain
// them; java_tail.h reads the serialised properties at the end. The grammar stands above the function that
// reads it. The result, Metadata (metadata.h), has the offset of every handle, so that rewrite() can splice
// new names in, and check_rewritten() can compare the rest; listed_states.h reads on in it. The folder knows
// bytes only: it opens no file and resolves no URI against a disk.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/input_error.h"
#include "flink/decoder_limits.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

// Decodes all of `bytes`; anything left at the end is an error. Time and memory are linear in the size of the
// input. Never throws on any input. An error has the offset, the field and the reason; `truncated` in it says
// that the input merely ended too early, like a file that is still being written. Version 3: the layouts of
// Flink 1.15, 1.12-1.14 and 1.11 are tried in this order, the first that fits is taken. Versions 0, 1, 7 and
// unknown ones are refused by name.
base::Result<Metadata> decode(std::string_view bytes, const Limits& limits = {});

}  // namespace checkpointfs::flink
