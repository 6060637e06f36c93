// SPDX-License-Identifier: Apache-2.0
// Messages out of a whole sentence and its values.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include <fmt/core.h>

namespace checkpointfs::base {

template <typename T>
concept Printable = !std::same_as<T, bool> && !std::same_as<T, unsigned char> && !std::is_floating_point_v<T>;

// format("offset {}", 12) == "offset 12". Truth values and fractions have no one way to be printed.
template <Printable... Values>
std::string format(fmt::format_string<const Values&...> text, const Values&... values) {
  return fmt::vformat(text, fmt::make_format_args(values...));
}

}  // namespace checkpointfs::base
