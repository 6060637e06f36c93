// SPDX-License-Identifier: Apache-2.0
// Names for the files of a projected snapshot: each one a single component, each one once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace checkpointfs::index {

// `digits` (at most 32) hexadecimal digits that depend on `identity` only.
std::string hash_digits(std::string_view identity, size_t digits);

// `name`, or "file-<16 hex digits>" made from `identity` if no projection can hold it.
std::string natural_name(std::string_view name, std::string_view identity);

class NameSet {
 public:
  // `natural` if it is still free; else with the shortest free suffix "-<8, 16 or 32 hex digits>" made from
  // `identity`, so that it is the same in each snapshot where it is needed. Takes the name.
  std::string take(const std::string& natural, std::string_view identity);

 private:
  std::unordered_set<std::string> taken_;
};

}  // namespace checkpointfs::index
