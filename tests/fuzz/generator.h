// SPDX-License-Identifier: Apache-2.0
// Metadata and parts of it, made by chance: nearly always well-formed, of any version, with any handles.
#pragma once

#include <string>

#include "tests/fuzz/random.h"

namespace checkpointfs::fuzz {

// Modified UTF-8: ordinary, colliding, hostile or empty.
std::string any_path(Random& random);

int64_t any_long(Random& random);

// A stream state handle; `depth`: how deep key groups may nest.
std::string any_stream_handle(Random& random, int depth = 3);

// The Java object at the end of metadata.
std::string any_properties(Random& random);

std::string any_metadata(Random& random);

}  // namespace checkpointfs::fuzz
