// SPDX-License-Identifier: Apache-2.0
// Java's modified UTF-8 (DataOutput.writeUTF): U+0000 is C0 80, code points above U+FFFF are two surrogates
// of three bytes each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::base {

// Is true if each byte of `text` is a character in both forms: ASCII without U+0000.
bool is_equal_in_modified_utf8(std::string_view text);

// Real UTF-8 of `text`, or nothing if `text` is not modified UTF-8 (a lone surrogate included).
std::optional<std::string> utf8_from_modified(std::string_view text);
// The same; `text` itself if it is not modified UTF-8. For names that people read.
std::string utf8_or_as_written(std::string_view text);

// Modified UTF-8 of `text`, or nothing if `text` is not UTF-8 or the result exceeds the 65535 bytes of
// writeUTF.
std::optional<std::string> modified_from_utf8(std::string_view text);

}  // namespace checkpointfs::base
