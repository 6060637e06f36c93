// SPDX-License-Identifier: Apache-2.0
#include "cli/exports/export_operands.h"

#include <sys/stat.h>

#include <iostream>
#include <map>
#include <set>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "cli/arguments/options.h"
#include "cli/output/long_work.h"
#include "cli/output/messages.h"
#include "cli/query/find_index.h"
#include "cli/query/job_filter.h"
#include "cli/query/snapshot_lookup.h"
#include "flink/names.h"
#include "index/read/newest.h"
#include "index/read/verify.h"

namespace checkpointfs::cli {
namespace {

// True of a directory that is no snapshot: it stands for the snapshots below it.
bool stands_for_several(const std::string& operand) {
  const std::string path = local_path(operand);
  struct stat st = {};
  return !has_scheme(path) && ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode) &&
         ::stat(base::join(path, flink::kMetadataFile).c_str(), &st) != 0;
}

// The indexes of the operands, each opened and updated once.
class Indexes {
 public:
  explicit Indexes(const Invocation& invocation) : invocation_(invocation) {}

  void add_snapshot(const std::string& operand) {
    FoundIndex found = find_index_of(invocation_, operand);
    SnapshotsToExport& index = open(found);
    add(index, locate_snapshot(*index.reader, found, operand));
  }

  void add_below(const std::vector<std::string>& operands) {
    Invocation of_operands = invocation_;
    of_operands.operands = operands;
    const QueryTarget target = open_query_target(of_operands, "export");
    print_remark(target.remarks);
    updated_.insert(target.found.options.index_file);
    FoundIndex found = target.found;
    SnapshotsToExport& index = open(found);
    const std::vector<index::Snapshot> snapshots = snapshots_of(*index.reader, target);
    require_snapshots(target, snapshots.size());
    for (const index::Snapshot& snapshot : snapshots) add(index, snapshot);
  }

  std::vector<SnapshotsToExport> take() { return std::move(all_); }

 private:
  SnapshotsToExport& open(FoundIndex& found) {
    if (found.mount_point.empty() && updated_.insert(found.options.index_file).second)
      refresh_found(found, "export", invocation_.has("verbose"));
    const auto [at, is_new] = places_.try_emplace(found.options.index_file, all_.size());
    if (is_new) {
      all_.push_back({std::make_shared<index::Reader>(found.options.index_file), {}});
      require_used_mappings(*all_.back().reader, found);
    }
    return all_[at->second];
  }

  void add(SnapshotsToExport& index, const index::Snapshot& snapshot) {
    if (added_.emplace(index.reader.get(), snapshot.id).second) index.snapshots.push_back(snapshot);
  }

  const Invocation& invocation_;
  std::set<std::string> updated_;
  std::map<std::string, size_t> places_;  // positions in all_, by file
  std::vector<SnapshotsToExport> all_;
  std::set<std::pair<const index::Reader*, int64_t>> added_;  // ids of snapshots
};

void keep_jobs(ExportOperands& operands, const Invocation& invocation) {
  std::set<std::string> jobs;
  for (const SnapshotsToExport& index : operands.from) jobs.merge(jobs_of(index.snapshots));
  jobs = chosen_jobs(invocation, jobs);
  for (SnapshotsToExport& index : operands.from)
    std::erase_if(index.snapshots, [&](const index::Snapshot& one) { return !jobs.contains(job_of(one)); });
}

// Keeps the newest snapshot of each job.
void keep_latest(ExportOperands& operands) {
  for (SnapshotsToExport& index : operands.from) {
    const std::set<int64_t> newest = index::read_newest(*index.reader).ids;
    std::erase_if(index.snapshots, [&](const index::Snapshot& one) { return !newest.contains(one.id); });
  }
}

// Keeps one snapshot: the newest one whose files are all there now.
void keep_newest_usable(ExportOperands& operands) {
  if (operands.from.size() > 1) {
    throw base::Failure(base::FailureKind::kUsage,
                        "--newest-usable needs operands of one storage; name its source");
  }
  SnapshotsToExport& index = operands.from.front();
  LongWork work("verifying", "file", "nothing was copied; run the command again");
  index::VerifyResult verified =
      index::verify(*index.reader, {}, [&](uint64_t done, uint64_t all) { work.update(done, all); });
  std::set<int64_t> named;
  for (const index::Snapshot& snapshot : index.snapshots) named.insert(snapshot.id);
  std::erase_if(verified.snapshots,
                [&](const index::VerifiedSnapshot& one) { return !named.contains(one.snapshot.id); });
  const auto newest = index::newest_usable(*index.reader, verified.snapshots);
  if (!newest) throw base::Failure(base::FailureKind::kBroken, "no snapshot is usable");
  index.snapshots = {*newest};
}

}  // namespace

void add_snapshot_choice_options(OptionGroup& group) {
  add_job_option(group);
  add_flag(group, "latest", "export only the newest snapshot of each job");
  add_flag(group, "newest-usable", "export only the newest snapshot whose files are all there");
}

ExportOperands export_operands(const Invocation& invocation) {
  refuse_both(invocation, "latest", "newest-usable");
  ExportOperands result;
  std::vector<std::string> operands = invocation.operands;
  const bool has_source = invocation.has("source");
  require_operands(invocation, has_source ? 1 : 2, SIZE_MAX, "SNAPSHOT... TARGET or SOURCE... TARGET");
  result.target = operands.back();
  operands.pop_back();
  Indexes indexes(invocation);
  std::vector<std::string> several =
      operands.empty() ? invocation.texts("source") : std::vector<std::string>();
  for (const std::string& operand : operands) {
    if (stands_for_several(operand)) {
      several.push_back(operand);
    } else {
      indexes.add_snapshot(operand);
    }
  }
  if (!several.empty()) indexes.add_below(several);
  result.from = indexes.take();
  keep_jobs(result, invocation);
  if (invocation.has("latest")) keep_latest(result);
  if (invocation.has("newest-usable")) keep_newest_usable(result);
  return result;
}

}  // namespace checkpointfs::cli
