// SPDX-License-Identifier: Apache-2.0
// Snapshots in the trash whose `_metadata` could not be read when it was moved there. Nobody knows what they
// name, and they may come back.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "removal/model/survey.h"

namespace checkpointfs::removal {

// The reason why `file` may be one that quarantined snapshots name: it lies in the directory of the
// snapshot's job, its name occurs in the metadata, or the metadata is damaged. "" if it is none.
std::string why_quarantined(const std::vector<Quarantined>& all, const Place& file);

// The quarantined snapshots in the trashes of `sources`. Throws SystemError, Failure(kInput).
std::vector<Quarantined> find_quarantined(const std::vector<std::string>& sources);

}  // namespace checkpointfs::removal
