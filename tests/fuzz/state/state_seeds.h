// SPDX-License-Identifier: Apache-2.0
// Well-formed inputs of the harnesses of state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::fuzz {

struct Seed {
  std::string name;
  std::string bytes;
};

// The seeds of the harness "keyed", "changelog", "connectors" or "values".
std::vector<Seed> state_seeds(std::string_view harness);

}  // namespace checkpointfs::fuzz
