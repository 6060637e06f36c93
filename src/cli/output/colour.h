// SPDX-License-Identifier: Apache-2.0
// Colours of results on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace checkpointfs::cli {

enum class Colour : uint8_t {
  kNone,
  kBold,    // headings
  kRed,     // broken
  kYellow,  // cannot be judged
};

// True if standard output is a terminal that shows colours, and the user wants them: $NO_COLOR is not set or
// empty (https://no-color.org), and $TERM is neither "dumb" nor empty.
bool has_colours();

// Returns `text` in the colour; `text` itself without colours or if it is empty.
std::string coloured(std::string_view text, Colour colour);

}  // namespace checkpointfs::cli
