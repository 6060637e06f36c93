// SPDX-License-Identifier: Apache-2.0
#include "index/read/newest.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/names.h"
#include "storage/walk.h"

namespace checkpointfs::index {
namespace {

constexpr size_t kMostUsers = 64;  // that ReferenceReader::snapshots_of() tells

std::string job_of(const Snapshot& snapshot) {
  return std::string(base::parent(snapshot.path));
}

storage::DatedCheckpoint dated(const Snapshot& snapshot, bool is_usable) {
  return {snapshot.checkpoint_id, snapshot.metadata_mtime_ns, is_usable};
}

// One of the first files tells in an incremental chain.
bool share_files(Reader& reader, int64_t snapshot, int64_t other) {
  std::optional<std::vector<int64_t>> files_of_other;
  bool found = false;
  reader.projection().list(snapshot, 0, [&](const Node& node, uint64_t) {
    if (node.id.kind != NodeKind::kFile) return true;
    const std::vector<int64_t> users = reader.references().snapshots_of(node.id.id);
    if (std::ranges::binary_search(users, other)) {
      found = true;
    } else if (users.size() >= kMostUsers && users.back() < other) {
      if (!files_of_other) {
        files_of_other = reader.snapshots().file_ids(other);
        std::ranges::sort(*files_of_other);
      }
      found = std::ranges::binary_search(*files_of_other, node.id.id);
    }
    return !found;
  });
  return found;
}

JobRuns runs_of_job(Reader& reader, const std::vector<Snapshot>& snapshots, const std::vector<size_t>& here,
                    const IsUsable& is_usable) {
  JobRuns job;
  std::vector<size_t> positions;
  std::vector<storage::DatedCheckpoint> checkpoints;
  for (const size_t i : here) {
    if (!is_checkpoint(snapshots[i])) continue;
    positions.push_back(i);
    checkpoints.push_back(dated(snapshots[i], is_usable(i)));
  }
  storage::Runs found = storage::runs_of(checkpoints, [&](size_t a, size_t b) {
    return share_files(reader, snapshots[positions[a]].id, snapshots[positions[b]].id);
  });
  if (const auto newest = storage::newest_of(checkpoints, found)) job.newest = positions[*newest];
  for (storage::Run& run : found.runs) {
    for (size_t& i : run) i = positions[i];
  }
  job.runs = std::move(found.runs);
  job.times_disagree = found.times_disagree;
  if (job.newest) return job;
  for (const size_t i : here) {
    if (!is_usable(i)) continue;
    if (!job.newest || storage::is_older(dated(snapshots[*job.newest], true), dated(snapshots[i], true)))
      job.newest = i;
  }
  return job;
}

std::string run_text(const storage::Run& run, const std::vector<Snapshot>& snapshots) {
  const Snapshot& first = snapshots[run.front()];
  const Snapshot& last = snapshots[run.back()];
  return base::format(
      "{}{} (until {})", base::printable(base::last_component(first.path)),
      run.size() == 1 ? "" : base::format(" to {}", base::printable(base::last_component(last.path))),
      base::iso_time(last.metadata_mtime_ns));
}

}  // namespace

bool is_checkpoint(const Snapshot& snapshot) {
  return snapshot.version != 0 && snapshot.kind != "savepoint" &&
         flink::is_checkpoint_name(base::last_component(snapshot.path));
}

std::vector<JobRuns> runs_of_jobs(Reader& reader, const std::vector<Snapshot>& snapshots,
                                  const IsUsable& is_usable) {
  std::map<std::string, std::vector<size_t>> directories;
  for (size_t i = 0; i < snapshots.size(); ++i) directories[job_of(snapshots[i])].push_back(i);
  std::vector<JobRuns> jobs;
  for (const auto& [directory, here] : directories) {
    jobs.push_back(runs_of_job(reader, snapshots, here, is_usable));
    jobs.back().job = directory;
  }
  return jobs;
}

std::vector<JobRuns> runs_of_jobs(Reader& reader, const std::vector<Snapshot>& snapshots) {
  return runs_of_jobs(reader, snapshots, [&](size_t i) { return is_sound(snapshots[i].status); });
}

std::optional<size_t> newest_of_all(const std::vector<Snapshot>& snapshots,
                                    const std::vector<JobRuns>& jobs) {
  std::optional<size_t> newest;
  for (const JobRuns& job : jobs) {
    if (!job.newest) continue;
    if (!newest || storage::is_older(dated(snapshots[*newest], true), dated(snapshots[*job.newest], true)))
      newest = job.newest;
  }
  return newest;
}

Newest read_newest(Reader& reader) {
  Newest found;
  reader.snapshots().for_each([&](const Snapshot& snapshot) { found.snapshots.push_back(snapshot); });
  for (JobRuns& job : runs_of_jobs(reader, found.snapshots)) {
    if (job.newest) found.ids.insert(found.snapshots[*job.newest].id);
    std::string text = runs_text(job, found.snapshots);
    if (text.empty()) continue;
    found.unclear.push_back(std::move(job));
    found.texts.push_back(std::move(text));
  }
  return found;
}

std::string runs_text(const JobRuns& job, const std::vector<Snapshot>& snapshots) {
  const std::string name = job.job.empty() ? "." : base::printable(job.job);
  if (job.times_disagree) {
    return base::format(
        "{}: the times of its checkpoints do not follow their numbers, as in a copy; they count as one run, in the order of their numbers",
        name);
  }
  if (job.runs.size() < 2) return {};
  std::string text = base::format("{}: {} runs share this directory: ", name, job.runs.size());
  for (size_t i = 0; i < job.runs.size(); ++i)
    text += base::format("{}{}", i == 0 ? "" : ", then ", run_text(job.runs[i], snapshots));
  return base::format("{}; the newest checkpoint is that of the last run", text);
}

}  // namespace checkpointfs::index
