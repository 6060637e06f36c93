// SPDX-License-Identifier: Apache-2.0
// How many descriptors this process may have.
#pragma once

#include <cstddef>

namespace checkpointfs::base {

// Raises the limit to what the process may set, and returns it. Throws SystemError.
size_t raise_descriptor_limit();

}  // namespace checkpointfs::base
