// SPDX-License-Identifier: Apache-2.0
// Checks that a directory is a snapshot that can be restored from any place.
#pragma once

#include <string>

namespace checkpointfs::test {

// Checks that `_metadata` in `directory` can be decoded, each of its handles that name a file is relative and
// names a regular file beside it of the right size, the directory holds nothing else, and no incremental
// handle has a shared map. Returns "" or the violation.
std::string not_self_contained(const std::string& directory);

}  // namespace checkpointfs::test
