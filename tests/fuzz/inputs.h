// SPDX-License-Identifier: Apache-2.0
// The inputs that are corrupted and mutated.
#pragma once

#include <vector>

#include "tests/support/samples.h"

namespace checkpointfs::fuzz {

// The hand-made samples, then the metadata in tests/data.
std::vector<test::Sample> inputs();

}  // namespace checkpointfs::fuzz
