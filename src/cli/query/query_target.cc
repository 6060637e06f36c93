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
#include "cli/query/responsive_sources.h"
#include "cli/query/scope.h"
#include "cli/query/source_names.h"
#include "cli/query/update_index.h"
#include "index/database/is_made.h"
#include "index/scan/default_file.h"

namespace checkpointfs::cli {
namespace {

QueryTarget find_target(const Invocation& invocation) {
  if (invocation.operands.size() == 1) {
    const std::string real = real_path(invocation.operands.front());
    if (const auto mount_point = mount_around(real)) {
      return {find_index(invocation, real, false),
              std::string(base::path_below(real, *mount_point).value_or("")),
              "",
              {}};
    }
  }
  return {index_of_sources(invocation, invocation.operands), "", "", {}};
}

// A mount that has ended leaves an empty directory, which would look like healthy storage.
void refuse_unmounted(const std::string& directory) {
  const auto sources = recorded_sources(directory);
  if (!sources) return;
  std::string command = "checkpointfs mount";
  for (const std::string& source : *sources) command += base::format(" {}", base::printable(source));
  throw base::PathFailure(
      base::FailureKind::kSource,
      base::format("{} is a mount point of checkpointfs and is not mounted; mount it again: {} {}",
                   base::printable(directory), command, base::printable(directory)),
      directory);
}

}  // namespace

QueryTarget open_query_target(const Invocation& invocation, const std::string& purpose) {
  require_operands(invocation, 1, SIZE_MAX, kTargetOperands);
  QueryTarget target = find_target(invocation);
  if (!target.found.mount_point.empty()) {
    index::Reader reader(target.found.options.index_file);
    target.remarks = like_named_sources_text(reader);
    return target;
  }
  const auto scanned = refresh_found(target.found, purpose, invocation.has("verbose"));
  index::Reader reader(target.found.options.index_file);
  target.remarks = like_named_sources_text(reader);
  if (scanned && !scanned->passed_over.empty())
    target.remarks += base::format("{}{}", target.remarks.empty() ? "" : "\n", passed_over_text(*scanned));
  require_used_mappings(reader, target.found);
  for (const ScannedSource& one : scanned_sources(reader)) {
    if (one.snapshots == 0) refuse_unmounted(one.source);
  }
  return target;
}

QueryTarget open_target_at_once(const Invocation& invocation, const std::string& purpose) {
  require_operands(invocation, 1, SIZE_MAX, kTargetOperands);
  const std::set<std::string> hanging = unresponsive(invocation.operands, Question::kNames, kAnswerTime, {});
  if (hanging.empty()) return open_query_target(invocation, purpose);
  QueryTarget target;
  index::Options& options = target.found.options;
  std::string names;
  for (const std::string& operand : invocation.operands) {
    if (!hanging.contains(operand)) {
      options.sources.push_back(operand);
      continue;
    }
    options.sources.push_back(path_of_unresponsive(operand, kAnswerTime));
    options.as_named.insert(options.sources.back());
    names += base::format("{}{}", names.empty() ? "" : ", ", base::printable(options.sources.back()));
  }
  options.index_file =
      invocation.has("index")
          ? absolute_path(invocation.text("index"))
          : index::default_index_file(options.sources, invocation.store_names, options.as_named);
  const std::string silence = base::format("{} did not answer within {} seconds", names, kAnswerTime.count());
  if (!index::is_made(options.index_file)) {
    throw base::PathFailure(
        base::FailureKind::kSource,
        base::format("{}, and no index has been made of it yet; is its server up?", silence),
        *options.as_named.begin());
  }
  target.silent = options.as_named;
  target.remarks = base::format("{}: this is what the index had at its last update", silence);
  return target;
}

void require_snapshots(const QueryTarget& target, size_t count) {
  const bool is_whole_mount = !target.found.mount_point.empty() && target.below.empty();
  if (count > 0 || is_whole_mount) return;
  std::string where;
  std::string first;
  if (target.found.mount_point.empty()) {
    for (const std::string& source : sources_of(target.found))
      where += base::format("{}{}", where.empty() ? "" : ", ", base::printable(source));
    first = sources_of(target.found).front();
  } else {
    first = base::format("{}/{}", target.found.mount_point, target.below);
    where = base::printable(first);
  }
  throw base::PathFailure(
      base::FailureKind::kSource,
      base::format("no snapshots: no directory in {} holds a _metadata; is the storage mounted?", where),
      first);
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
