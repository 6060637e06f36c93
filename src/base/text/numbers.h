// SPDX-License-Identifier: Apache-2.0
// Numbers from text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace checkpointfs::base {

// A number in decimal digits, in C's notation whatever the locale. Nothing: some of `text` is something else,
// or the type cannot hold the number.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace checkpointfs::base
