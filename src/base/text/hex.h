// SPDX-License-Identifier: Apache-2.0
// Bytes as hexadecimal digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace checkpointfs::base {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

// Two digits for each byte, in lower case.
void append_hex_digits(std::string_view bytes, std::string& out);
std::string hex_digits(std::string_view bytes);

// "%2F", the escape of a byte in a URI, in upper case.
std::string percent_escape(unsigned char byte);

// The value of a digit, in lower or upper case; -1 if `c` is none.
int hex_value(char c);
// Nothing: `digits` are not pairs of digits.
std::optional<std::string> bytes_from_hex(std::string_view digits);

}  // namespace checkpointfs::base
