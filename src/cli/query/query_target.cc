// SPDX-License-Identifier: Apache-2.0
#include "cli/query/query_target.h"

#include <algorithm>

#include "base/errors.h"
#include "base/path.h"
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

QueryTarget find_target(const Invocation& invocation) {
  if (invocation.operands.size() == 1) {
    const std::string real = real_path(invocation.operands.front());
    if (const auto mount_point = mount_around(real)) {
      return {find_index(invocation, real, false),
              std::string(base::path_below(real, *mount_point).value_or("")), ""};
    }
  }
  return {index_of_sources(invocation, invocation.operands), "", ""};
}

// A mount that has ended leaves an empty directory, which would look like healthy storage.
void refuse_unmounted(const std::string& directory) {
  const auto sources = recorded_sources(directory);
  if (!sources) return;
  std::string command = "checkpointfs mount";
  for (const std::string& source : *sources) command += base::format(" {}", base::printable(source));
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("{} is a mount point of checkpointfs and is not mounted; mount it again: {} {}",
                   base::printable(directory), command, base::printable(directory)));
}

}  // namespace

QueryTarget open_query_target(const Invocation& invocation, const std::string& purpose) {
  require_operands(invocation, 1, SIZE_MAX, kTargetOperands);
  QueryTarget target = find_target(invocation);
  if (!target.found.mount_point.empty()) return target;
  const auto scanned = refresh_found(target.found, purpose, invocation.has("verbose"));
  if (scanned) target.passed_over = passed_over_text(*scanned);
  index::Reader reader(target.found.options.index_file);
  require_used_mappings(reader, target.found);
  for (const ScannedSource& one : scanned_sources(reader)) {
    if (one.snapshots == 0) refuse_unmounted(one.source);
  }
  return target;
}

void require_snapshots(const QueryTarget& target, size_t count) {
  const bool is_whole_mount = !target.found.mount_point.empty() && target.below.empty();
  if (count > 0 || is_whole_mount) return;
  std::string where;
  if (target.found.mount_point.empty()) {
    for (const std::string& source : sources_of(target.found))
      where += base::format("{}{}", where.empty() ? "" : ", ", base::printable(source));
  } else {
    where = base::printable(base::format("{}/{}", target.found.mount_point, target.below));
  }
  throw base::Failure(
      base::FailureKind::kSource,
      base::format("no snapshots: no directory in {} holds a _metadata; is the storage mounted?", where));
}

std::vector<index::Snapshot> snapshots_of(index::Reader& reader, const QueryTarget& target) {
  std::vector<index::Snapshot> snapshots;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    if (target.below.empty() || base::path_below(snapshot.path, target.below)) snapshots.push_back(snapshot);
  });
  std::ranges::sort(snapshots, natural_less,
                    [](const index::Snapshot& snapshot) -> std::string_view { return snapshot.path; });
  return snapshots;
}

std::string job_of(const index::Snapshot& snapshot) {
  return std::string(base::parent(snapshot.path));
}

std::set<std::string> jobs_of(const std::vector<index::Snapshot>& snapshots) {
  std::set<std::string> jobs;
  for (const index::Snapshot& snapshot : snapshots) jobs.insert(job_of(snapshot));
  return jobs;
}

std::string path_text(std::string_view path) {
  return path.empty() ? "." : base::printable(path);
}

}  // namespace checkpointfs::cli
