// SPDX-License-Identifier: Apache-2.0
// Compares a directory with the manifest of the copy that it should be.
#pragma once

#include <string>

#include "transfer/verify/copy_verdict.h"
#include "transfer/verify/expected_files.h"

namespace checkpointfs::transfer {

enum class Content : uint8_t { kRead, kLeftAlone };

// Looks at every file beneath `directory`, through no link, and reads those whose sums the manifest has, many
// at once. The page cache is emptied of clean pages of these files first, so that the store itself is read.
// Memory does not grow with the copy, but for some bytes of each name. Throws Failure(kSource) if there is no
// such directory, Failure(kBroken) if it is a file, SystemError.
CopyVerdict check_directory(ExpectedFiles& expected, const std::string& directory, Content content,
                            const CopyFindings& findings);

}  // namespace checkpointfs::transfer
