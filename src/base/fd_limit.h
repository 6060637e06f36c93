// SPDX-License-Identifier: Apache-2.0
// The limit of the descriptors of this process.
#pragma once

#include <cstddef>

namespace checkpointfs::base {

// Raises the limit to what the process may set, and returns it. Throws SystemError.
size_t raise_descriptor_limit();

}  // namespace checkpointfs::base
