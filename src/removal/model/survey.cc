// SPDX-License-Identifier: Apache-2.0
#include "removal/model/survey.h"

#include <algorithm>

#include "base/path.h"

namespace checkpointfs::removal {

const SeenSnapshot* Survey::snapshot_at(const Place& directory) const {
  const auto found = std::ranges::lower_bound(snapshots, directory, {}, &SeenSnapshot::place);
  return found != snapshots.end() && found->place == directory ? &*found : nullptr;
}

std::vector<uint32_t> Survey::files_named(std::string_view name) const {
  const auto found = std::ranges::equal_range(
      by_name, name, {}, [&](uint32_t n) { return base::last_component(files[n].place.path); });
  return {found.begin(), found.end()};
}

}  // namespace checkpointfs::removal
