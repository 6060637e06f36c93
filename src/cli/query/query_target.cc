// SPDX-License-Identifier: Apache-2.0
#include "cli/query/query_target.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/output/natural_order.h"
#include "cli/query/mount_lookup.h"
#include "cli/query/mount_record.h"
#include "cli/query/scope.h"
#include "cli/query/update_index.h"

namespace checkpointfs::cli {
namespace {

QueryTarget find_place(const Invocation& invocation) {
  if (invocation.operands.size() == 1) {
    const std::string real = real_path(invocation.operands.front());
    if (const auto mount_point = mount_around(real)) {
      return {find_index(invocation, real, false), within(real, *mount_point).value_or(""), ""};
    }
  }
  return {index_of_sources(invocation, invocation.operands), "", ""};
}

// A mount that is gone leaves an empty directory, which would look like storage where all is well.
void refuse_unmounted(const std::string& directory) {
  const auto sources = recorded_sources(directory);
  if (!sources) return;
  std::string command = "checkpointfs mount";
  for (const std::string& source : *sources) command += base::format(" {}", base::printable(source));
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("{} was a mount of checkpointfs; it is not mounted now; mount it again: {} {}",
                   base::printable(directory), command, base::printable(directory)));
}

}  // namespace

QueryTarget open_query_target(const Invocation& invocation, const std::string& purpose) {
  require_operands(invocation, 1, SIZE_MAX, kTargetOperands);
  QueryTarget place = find_place(invocation);
  if (!place.found.mount_point.empty()) return place;
  const auto scanned = refresh_found(place.found, purpose, invocation.has("verbose"));
  if (scanned) place.passed_over = passed_over_text(*scanned);
  index::Reader reader(place.found.options.index_file);
  require_used_mappings(reader, place.found);
  for (const LookedAt& one : looked_at(reader)) {
    if (one.snapshots == 0) refuse_unmounted(one.source);
  }
  return place;
}

void require_snapshots(const QueryTarget& place, size_t count) {
  const bool is_whole_mount = !place.found.mount_point.empty() && place.below.empty();
  if (count > 0 || is_whole_mount) return;
  std::string where;
  if (place.found.mount_point.empty()) {
    for (const std::string& source : sources_of(place.found))
      where += base::format("{}{}", where.empty() ? "" : ", ", base::printable(source));
  } else {
    where = base::printable(base::format("{}/{}", place.found.mount_point, place.below));
  }
  throw base::Failure(
      base::FailureKind::kSource,
      base::format(
          "no snapshot: no directory in {} holds a _metadata; is everything mounted that should be there?",
          where));
}

std::vector<index::Snapshot> snapshots_of(index::Reader& reader, const QueryTarget& place) {
  std::vector<index::Snapshot> snapshots;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
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
