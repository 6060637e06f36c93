// SPDX-License-Identifier: Apache-2.0
#include "removal/model/survey.h"

#include <algorithm>

namespace checkpointfs::removal {

const SeenSnapshot* Survey::snapshot_at(const Place& directory) const {
  const auto found = std::ranges::lower_bound(snapshots, directory, {}, &SeenSnapshot::place);
  return found != snapshots.end() && found->place == directory ? &*found : nullptr;
}

}  // namespace checkpointfs::removal
