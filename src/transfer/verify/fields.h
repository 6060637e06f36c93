// SPDX-License-Identifier: Apache-2.0
// Takes fields off the front of a line of text.
#pragma once

#include <cstdint>
#include <string_view>

namespace checkpointfs::transfer {

// Removes blanks, and returns the text up to the next blank without removing that; "" at the end.
std::string_view take_word(std::string_view& line);

// Removes `text` if the line begins with it. Returns true if it did.
bool take(std::string_view& line, std::string_view text);

// Returns true if `text` has the shape of `pattern`: 0 stands for any digit, all else for itself.
bool has_shape(std::string_view text, std::string_view pattern);

}  // namespace checkpointfs::transfer
