// SPDX-License-Identifier: Apache-2.0
// Properties of any file of key groups, with any offsets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/keyed/key_group_file.h"
#include "state/types/serializer_snapshot.h"

namespace checkpointfs::fuzz {

// u8 key groups | u8 flags | u16 first key group | key groups x i32 offset | the file
std::string keyed_input(const state::KeyGroupFile& file, state::Writer writer, size_t prefix_length);

// The proxy and the key groups are refused with a reason, or read; as whatever form, and as raw timers.
// The counts are those of the entries that are read.
std::string check_keyed(std::string_view input);

}  // namespace checkpointfs::fuzz
