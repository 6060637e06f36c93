// SPDX-License-Identifier: Apache-2.0
// Finds the next description in a proxy behind a serializer snapshot that cannot be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace checkpointfs::state {

// The part of a proxy that must stand behind a serializer snapshot.
enum class Follower : uint8_t {
  kSerializer,  // UTF key of the state's next serializer | PSNAP
  kState,       // the head of the next state
  kStates,      // i16 number of states | the head of the first one, or 0 and nothing that is known
  kEnd,         // nothing that is known
};

enum class Fit : uint8_t {
  kNo,
  kPossible,  // the follower has no certain sign
  kCertain,
};

// Is the follower at `position`?
Fit fits(std::string_view bytes, size_t position, Follower follower);

// The first position from `from` on at which the follower certainly is. Time is linear in the distance.
std::optional<size_t> find_follower(std::string_view bytes, size_t from, Follower follower);

}  // namespace checkpointfs::state
