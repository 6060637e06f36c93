// SPDX-License-Identifier: Apache-2.0
// The arguments of --map.
#pragma once

#include <string>

#include "storage/types.h"

namespace checkpointfs::index {

// "URI=DIR" of --map. Throws Failure(kUsage) with what is wrong.
storage::Mapping parse_mapping(const std::string& argument);

}  // namespace checkpointfs::index
