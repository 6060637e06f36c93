// SPDX-License-Identifier: Apache-2.0
// Characters of hostile text: valid UTF-8, and fit to be shown.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace checkpointfs::base {

// Bytes of the UTF-8 character that `text` (not empty) starts with; 0 if there is none.
size_t character_length(std::string_view text);

// The same; 0 also for a control character (C0, DEL, C1), and for one that reorders the text around it or
// breaks its line (U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069).
size_t printable_length(std::string_view text);

// `text` with `escape(byte)` in place of each byte that belongs to no printable character, and of each of
// `more`.
std::string escaped(std::string_view text, std::string_view more,
                    const std::function<std::string(unsigned char)>& escape);

}  // namespace checkpointfs::base
