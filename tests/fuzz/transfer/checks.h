// SPDX-License-Identifier: Apache-2.0
// The properties of any bytes that are given as a manifest, or as a listing.
#pragma once

#include <string_view>

#include "tests/fuzz/properties.h"

namespace checkpointfs::fuzz {

// A manifest is refused with a line and a reason; or it is written again, and then read as the same.
Verdict check_manifest(std::string_view bytes);

// As a listing of every form, and of one that is to be recognised: it is refused with a line and a reason, or
// all of its files have a path.
Verdict check_listing(std::string_view bytes);

}  // namespace checkpointfs::fuzz
