// SPDX-License-Identifier: Apache-2.0
// Names for the files of a projected snapshot: each one a single component, each one once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace checkpointfs::index {

// `digits` (at most 32) hexadecimal digits that depend on `identity` only.
std::string hash_digits(std::string_view identity, size_t digits);

// `name`, or "file-<16 hex digits>" made from `identity` if no projection can hold it.
std::string natural_name(std::string_view name, std::string_view identity);

// `natural` if it is free; else with the shortest free suffix "-<8, 16 or 32 hex digits>" made from
// `identity`, so that it is the same in each snapshot where it is needed.
std::string free_name(const std::string& natural, std::string_view identity,
                      const std::function<bool(const std::string&)>& is_taken);

}  // namespace checkpointfs::index
