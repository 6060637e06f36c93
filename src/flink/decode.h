// SPDX-License-Identifier: Apache-2.0
// Decodes `_metadata`. The grammar is written above the functions of decode.cc and reader*.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/input_error.h"
#include "flink/limits.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

// Decodes all of `bytes`; anything left at the end is an error. Time and memory are linear in the size of the
// input. Never throws on any input. An error says where, in which field and why; `truncated` in it says that
// the input merely ended too early, as one does that is still being written.
// Version 3: the layouts of Flink 1.15, 1.12-1.14 and 1.11 are tried in this order, the first that fits is
// taken. Versions 0, 1, 7 and unknown ones are refused by name.
base::Result<Metadata> decode(std::string_view bytes, const Limits& limits = {});

}  // namespace checkpointfs::flink
