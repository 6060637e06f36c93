// SPDX-License-Identifier: Apache-2.0
#include "removal/plan/retention.h"

#include <fnmatch.h>

#include <algorithm>

#include "base/path.h"
#include "base/text/message.h"
#include "removal/model/survey.h"
#include "removal/survey/job_checkpoints.h"

namespace checkpointfs::removal {
namespace {

bool matches(const std::vector<std::string>& patterns, const std::string& path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PERIOD) == 0 ||
           ::fnmatch(pattern.c_str(), std::string(base::last_component(path)).c_str(), FNM_PERIOD) == 0;
  });
}

class Selector {
 public:
  Selector(const Survey& survey, const Retention& retention, int64_t now_ns)
      : survey_(survey), retention_(retention), now_ns_(now_ns), newest_(newest_checkpoints(survey)) {
    if (!retention.keep_last) return;
    for (const JobCheckpoints& job : jobs_of(survey))
      last_.merge(last_checkpoints(survey, job, *retention.keep_last));
  }

  // "" if it goes.
  std::string why_kept(uint32_t number) const;

 private:
  const Survey& survey_;
  const Retention& retention_;
  const int64_t now_ns_;
  const Reasons newest_;
  Reasons last_;
};

std::string Selector::why_kept(uint32_t number) const {
  const SeenSnapshot& snapshot = survey_.snapshots[number];
  if (!snapshot.is_checkpoint) return "it is no checkpoint that Flink took by itself";
  if (snapshot.is_self_contained_copy && !retention_.jobs)
    return "it is a copy that holds all it needs, and its directory is not named (--job)";
  if (retention_.jobs && !retention_.jobs->contains(snapshot.job())) return "its job is not meant";
  if (const auto found = retention_.recovered.find(number); found != retention_.recovered.end())
    return found->second;
  if (const auto newest = newest_.find(number); newest != newest_.end())
    return base::format("it is the newest of its job{}", newest->second);
  if (const auto last = last_.find(number); last != last_.end()) return last->second;
  const int64_t time = snapshot.metadata.mtime_ns;
  if (time <= 0 || time > now_ns_) return "its time is not known";
  if (retention_.keep_within_ns && now_ns_ - time < *retention_.keep_within_ns) return "it is young enough";
  if (matches(retention_.keep, snapshot.place.path)) return "a pattern keeps it";
  return {};
}

}  // namespace

Selection select(const Survey& survey, const Retention& retention, int64_t now_ns) {
  Selection selection;
  if (!retention.is_given()) return selection;
  const Selector selector(survey, retention, now_ns);
  for (uint32_t i = 0; i < survey.snapshots.size(); ++i) {
    std::string why = selector.why_kept(i);
    if (why.empty()) {
      selection.victims.push_back({i, "no rule keeps it"});
    } else {
      selection.kept.push_back({survey.snapshots[i].place, std::move(why)});
    }
  }
  return selection;
}

}  // namespace checkpointfs::removal
