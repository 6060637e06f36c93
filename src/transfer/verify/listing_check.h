// SPDX-License-Identifier: Apache-2.0
// Compares listings of a store with the manifest of the copy that should be in it.
#pragma once

#include <string>
#include <vector>

#include "transfer/verify/copy_verdict.h"
#include "transfer/verify/expected_files.h"
#include "transfer/verify/listing_form.h"

namespace checkpointfs::transfer {

// `listings`: of one store; sizes may come from one, and check sums from another. A copy is flat: only files
// directly in its directory count. `target`: that directory, as the listings spell it; "": in each listing
// the deepest directory that holds all files. Throws Failure(kBroken) if `target` is a file, Failure(kInput)
// if a listing has a file twice.
CopyVerdict check_listings(ExpectedFiles& expected, std::vector<std::vector<ListedFile>> listings,
                           std::string_view target, const CopyFindings& findings);

}  // namespace checkpointfs::transfer
