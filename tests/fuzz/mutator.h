// SPDX-License-Identifier: Apache-2.0
// Changes metadata where it matters: at the positions that the decoder records, or where it gave up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/fuzz/random.h"

namespace checkpointfs::fuzz {

// `bytes` with one to four changes, of at most `max_size` bytes.
std::string mutate(std::string_view bytes, size_t max_size, Random& random);

// `bytes` with handles of `donor`, which may be anything, too.
std::string splice(std::string_view bytes, std::string_view donor, size_t max_size, Random& random);

}  // namespace checkpointfs::fuzz
