// SPDX-License-Identifier: Apache-2.0
#include "cli/query/snapshot_names.h"

#include <fnmatch.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "base/errors.h"
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

enum class Ids : uint8_t { kWhole, kBeginnings };

bool means_job(std::string_view job, std::string_view name, const JobLabels& labels, Ids ids) {
  const std::string_view id = base::last_component(job);
  if (id == name || (!name.empty() && labels.of(job) == name)) return true;
  return ids == Ids::kBeginnings && flink::is_job_id(id) && name.size() >= kShortestBeginning &&
         id.starts_with(name);
}

// The job at the end of `path`, which `name` (components, "" for any) may mean.
bool means_path_of_job(std::string_view path, std::string_view name, const JobLabels& labels, Ids ids) {
  if (name.empty()) return true;
  if (!means_job(path, base::last_component(name), labels, ids)) return false;
  std::string_view above = base::parent(name);
  std::string_view rest = base::parent(path);
  return above.empty() || rest == above ||
         (rest.ends_with(above) && rest[rest.size() - above.size() - 1] == '/');
}

bool matches(const std::string& pattern, const std::string& job) {
  const std::string id(base::last_component(job));
  return ::fnmatch(pattern.c_str(), job.c_str(), FNM_PERIOD) == 0 ||
         ::fnmatch(pattern.c_str(), id.c_str(), FNM_PERIOD) == 0;
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
    if (is_meant && means_path_of_job(base::parent(snapshot.path), job, labels, Ids::kBeginnings))
      found.push_back(snapshot);
  });
  return found;
}

std::vector<std::string> jobs_named(const std::vector<std::string>& jobs, std::string_view name,
                                    const JobLabels& labels) {
  if (std::ranges::find(jobs, name) != jobs.end()) return {std::string(name)};
  if (name.empty()) return {};
  const auto those = [&](const auto& is_meant) {
    std::vector<std::string> found;
    std::ranges::copy_if(jobs, std::back_inserter(found), is_meant);
    return found;
  };
  std::vector<std::string> found =
      those([&](const std::string& job) { return means_path_of_job(job, name, labels, Ids::kWhole); });
  if (found.empty()) found = those([&](const std::string& job) { return matches(std::string(name), job); });
  if (!found.empty()) return found;
  found =
      those([&](const std::string& job) { return means_path_of_job(job, name, labels, Ids::kBeginnings); });
  const auto is_other = [&](const std::string& job) {
    return base::last_component(job) != base::last_component(found.front());
  };
  if (const auto other = std::ranges::find_if(found, is_other); other != found.end()) {
    throw base::Failure(base::FailureKind::kSource,
                        base::format("{} is ambiguous; it may be {} or {}", base::printable(name),
                                     base::printable(found.front()), base::printable(*other)));
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
