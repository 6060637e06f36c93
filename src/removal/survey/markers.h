// SPDX-License-Identifier: Apache-2.0
// Finds the markers of Hadoop's file systems that go with a plan.
#pragma once

#include <vector>

#include "removal/model/plan.h"
#include "removal/model/storage.h"

namespace checkpointfs::removal {

// Markers that are there, of what the plan takes. Throws SystemError if a source cannot be opened.
std::vector<PlannedMarker> markers_of(const Storage& storage, const Plan& plan);

}  // namespace checkpointfs::removal
