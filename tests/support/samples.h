// SPDX-License-Identifier: Apache-2.0
// Hand-made metadata that between them hold every version, every tag and every position of a handle.
#pragma once

#include <string>
#include <vector>

namespace checkpointfs::test {

struct Sample {
  std::string name;
  std::string bytes;
};

// All are valid and can be rewritten in every form.
std::vector<Sample> samples();

}  // namespace checkpointfs::test
