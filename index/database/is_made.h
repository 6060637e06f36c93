// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace checkpointfs::index {

// Is true if there is an index that was made. One that somebody was killed in making, before anything was in
// it, is none: whoever needs it makes it. Throws Failure(kIndex) if the file is damaged, or no index at all.
bool is_made(const std::string& index_file);

}  // namespace checkpointfs::index
