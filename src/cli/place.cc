// SPDX-License-Identifier: Apache-2.0
#include "cli/place.h"

#include <algorithm>

#include "base/human.h"
#include "cli/natural_order.h"
#include "cli/options.h"
#include "cli/own_mount.h"
#include "cli/paths.h"
#include "cli/update_index.h"

namespace checkpointfs::cli {
namespace {

Place find_place(const Invocation& invocation) {
  if (invocation.operands.size() == 1) {
    const std::string real = real_path(invocation.operands.front());
    if (const auto mount_point = mount_around(real)) {
      return {find_index(invocation, real, false), within(real, *mount_point).value_or(""), ""};
    }
  }
  FoundIndex found;
  found.options = index_options(invocation, invocation.operands);
  if (found.options.index_file.empty())
    found.options.index_file = index::default_index_file(found.options.sources);
  return {found, "", ""};
}

}  // namespace

Place open_place(const Invocation& invocation, const std::string& purpose) {
  require_operands(invocation, 1, SIZE_MAX, kPlaceOperands);
  Place place = find_place(invocation);
  if (!place.found.mount_point.empty()) return place;
  const auto scanned = refresh_found(place.found, purpose, invocation.has("verbose"));
  if (scanned) place.passed_over = passed_over_text(*scanned);
  return place;
}

std::vector<index::Snapshot> snapshots_of(index::Reader& reader, const Place& place) {
  std::vector<index::Snapshot> snapshots;
  reader.snapshots([&](const index::Snapshot& snapshot) {
    if (place.below.empty() || within(snapshot.path, place.below)) snapshots.push_back(snapshot);
  });
  std::ranges::sort(snapshots, natural_less,
                    [](const index::Snapshot& snapshot) -> std::string_view { return snapshot.path; });
  return snapshots;
}

std::string job_of(const index::Snapshot& snapshot) {
  const size_t slash = snapshot.path.rfind('/');
  return slash == std::string::npos ? "" : snapshot.path.substr(0, slash);
}

std::string path_text(std::string_view path) {
  return path.empty() ? "." : base::printable(path);
}

}  // namespace checkpointfs::cli
