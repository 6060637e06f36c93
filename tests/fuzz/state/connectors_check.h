// SPDX-License-Identifier: Apache-2.0
// Checks that hold for any state of a source, and for any handle of operator state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::fuzz {

enum class SourceState : uint8_t { kSplit, kEnumerator, kCoordinator, kLegacyElement, kHandle };

// u8 kind of state | u8 version | the state. A handle: u8 offsets | offsets x u8 | its bytes.
std::string connectors_input(SourceState kind, int version, std::string_view state);

// A connector is recognised by all the bytes or not at all: with one byte more its format fits no longer, and
// Kafka's and number splits are written again as they were. A position that is not recognised has the bytes.
// Elements of operator state lie in their handle.
std::string check_connectors(std::string_view input);

}  // namespace checkpointfs::fuzz
