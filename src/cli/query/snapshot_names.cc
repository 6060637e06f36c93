// SPDX-License-Identifier: Apache-2.0
#include "cli/query/snapshot_names.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/suggestion.h"
#include "flink/names.h"
#include "index/read/newest.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kShortestBeginning = 4;
constexpr std::string_view kLatest = "latest";
constexpr std::string_view kSavepoint = "savepoint-";

bool means_job(std::string_view job, std::string_view name, const JobLabels& labels) {
  const std::string_view id = base::last_component(job);
  if (id == name || (!name.empty() && labels.of(job) == name)) return true;
  return flink::is_job_id(id) && name.size() >= kShortestBeginning && id.starts_with(name);
}

// The job at the end of `path`, which `name` (components, "" for any) may mean.
bool means_path_of_job(std::string_view path, std::string_view name, const JobLabels& labels) {
  if (name.empty()) return true;
  if (!means_job(path, base::last_component(name), labels)) return false;
  std::string_view above = base::parent(name);
  std::string_view rest = base::parent(path);
  return above.empty() || rest == above ||
         (rest.ends_with(above) && rest[rest.size() - above.size() - 1] == '/');
}

bool means_snapshot(std::string_view own, std::string_view name) {
  if (own == name) return true;
  return own.starts_with(kSavepoint) && name.size() >= kSavepoint.size() + kShortestBeginning &&
         own.starts_with(name);
}

}  // namespace

std::vector<index::Snapshot> snapshots_named(index::Reader& reader, std::string_view name,
                                             const JobLabels& labels) {
  const std::string_view last = base::last_component(name);
  const std::string_view job = base::parent(name);
  std::optional<std::set<int64_t>> newest;
  if (last == kLatest) newest = index::read_newest(reader).ids;
  std::vector<index::Snapshot> found;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const bool is_meant =
        newest ? newest->contains(snapshot.id) : means_snapshot(base::last_component(snapshot.path), last);
    if (is_meant && means_path_of_job(base::parent(snapshot.path), job, labels)) found.push_back(snapshot);
  });
  return found;
}

std::vector<std::string> jobs_named(const std::vector<std::string>& jobs, std::string_view name,
                                    const JobLabels& labels) {
  if (std::ranges::find(jobs, name) != jobs.end()) return {std::string(name)};
  std::vector<std::string> found;
  for (const std::string& job : jobs) {
    if (!name.empty() && means_path_of_job(job, name, labels)) found.push_back(job);
  }
  return found;
}

std::string near_snapshot_name(index::Reader& reader, std::string_view name, const JobLabels& labels) {
  const size_t typed = base::last_component(base::parent(name)).size();
  std::vector<std::string> names;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const std::string_view own = base::last_component(snapshot.path);
    const std::string_view job = base::last_component(base::parent(snapshot.path));
    names.emplace_back(own);
    names.push_back(
        base::join(flink::is_job_id(job) && typed >= kShortestBeginning ? job.substr(0, typed) : job, own));
    if (const std::string label = labels.of(job); !label.empty()) names.push_back(base::join(label, own));
    names.push_back(snapshot.path);
  });
  const std::string near = suggestion(std::string(name), names);
  return near.empty() ? std::string() : base::format("; did you mean {}?", base::printable(near));
}

}  // namespace checkpointfs::cli
