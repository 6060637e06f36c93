// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/job_checkpoints.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/path.h"
#include "base/text/message.h"
#include "removal/model/rules.h"
#include "removal/model/survey.h"
#include "storage/runs.h"

namespace checkpointfs::removal {
namespace {

bool is_usable(const SeenSnapshot& snapshot) {
  return snapshot.is_usable || !is_enforced(Rule::kOnlyUsableCounts);
}

JobCheckpoints make(const Survey& survey, const Place& place, Checkpoints checkpoints) {
  std::vector<storage::DatedCheckpoint> dated;
  for (const uint32_t i : checkpoints) {
    const SeenSnapshot& snapshot = survey.snapshots[i];
    dated.push_back({snapshot.checkpoint_id, snapshot.metadata.mtime_ns, is_usable(snapshot)});
  }
  const storage::Runs runs = storage::runs_of(
      dated, [&](size_t a, size_t b) { return survey.files.share(checkpoints[a], checkpoints[b]); });
  JobCheckpoints job;
  job.job = place;
  for (const storage::Run& run : runs.runs) {
    job.runs.emplace_back();
    for (const size_t i : run) job.runs.back().push_back(checkpoints[i]);
  }
  if (const auto newest = storage::newest_of(dated, runs)) job.newest.push_back(checkpoints[*newest]);
  job.by_number = checkpoints;
  std::ranges::stable_sort(job.by_number, {}, [&](uint32_t i) {
    return std::tuple(survey.snapshots[i].checkpoint_id, survey.snapshots[i].metadata.mtime_ns);
  });
  job.by_time = std::move(checkpoints);
  std::ranges::stable_sort(job.by_time, {}, [&](uint32_t i) {
    return std::tuple(survey.snapshots[i].metadata.mtime_ns, survey.snapshots[i].checkpoint_id);
  });
  return job;
}

// Adds the last one of an order, and the last usable one.
void add_newest(const Survey& survey, const Checkpoints& order, std::string_view which, Reasons* reasons) {
  const uint32_t last = order.back();
  const bool is_whole = is_usable(survey.snapshots[last]);
  reasons->emplace(last, base::format("{}{}", which, is_whole ? "" : ", and has lost files"));
  const auto whole =
      std::find_if(order.rbegin(), order.rend(), [&](uint32_t i) { return is_usable(survey.snapshots[i]); });
  if (whole != order.rend()) reasons->emplace(*whole, base::format("{} that is usable", which));
}

}  // namespace

std::vector<JobCheckpoints> jobs_of(const Survey& survey) {
  std::map<Place, Checkpoints> places;
  for (uint32_t i = 0; i < survey.snapshots.size(); ++i) {
    const SeenSnapshot& snapshot = survey.snapshots[i];
    if (snapshot.is_checkpoint) places[{snapshot.place.root, snapshot.job()}].push_back(i);
  }
  std::vector<JobCheckpoints> jobs;
  for (auto& [place, checkpoints] : places) jobs.push_back(make(survey, place, std::move(checkpoints)));
  return jobs;
}

Reasons newest_checkpoints(const Survey& survey) {
  Reasons reasons;
  for (const JobCheckpoints& job : jobs_of(survey)) {
    for (const uint32_t newest : job.newest) reasons.emplace(newest, "");
    add_newest(survey, job.by_number, " by number", &reasons);
    add_newest(survey, job.by_time, " by time", &reasons);
    if (!is_enforced(Rule::kLastOfEachRun)) continue;
    for (const Checkpoints& run : job.runs) add_newest(survey, run, " in one of its runs", &reasons);
  }
  return reasons;
}

Reasons last_checkpoints(const Survey& survey, const JobCheckpoints& job, uint64_t count) {
  Reasons reasons;
  const auto add = [&](const Checkpoints& order, std::string_view of) {
    uint64_t found = 0;
    for (auto i = order.rbegin(); i != order.rend() && found < count; ++i) {
      const bool counts = is_usable(survey.snapshots[*i]);
      if (counts) ++found;
      reasons.emplace(
          *i, counts
                  ? base::format("it is one of the last {}{}", count, of)
                  : base::format("it has lost files, and is newer than one of the last {}{} that are usable",
                                 count, of));
    }
  };
  add(job.by_number, "");
  if (!is_enforced(Rule::kLastOfEachRun)) return reasons;
  for (const Checkpoints& run : job.runs) add(run, job.runs.size() > 1 ? " of its run" : "");
  add(job.by_time, " by time");
  return reasons;
}

std::string lowest_newest(const Survey& survey, const JobCheckpoints& job) {
  const auto digits = [&](const Checkpoints& order) {
    return std::string(base::last_component(survey.snapshots[order.back()].place.path).substr(4));
  };
  std::string lowest = digits(job.by_number);
  if (!is_enforced(Rule::kLastOfEachRun)) return lowest;
  const auto take = [&](std::string last) {
    if (std::tuple(last.size(), last) < std::tuple(lowest.size(), lowest)) lowest = std::move(last);
  };
  take(digits(job.by_time));
  for (const Checkpoints& run : job.runs) take(digits(run));
  return lowest;
}

}  // namespace checkpointfs::removal
