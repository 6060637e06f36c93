// SPDX-License-Identifier: Apache-2.0
#include "removal/retention.h"

#include <fnmatch.h>

#include <algorithm>
#include <tuple>

#include "base/concat.h"

namespace checkpointfs::removal {
namespace {

bool matches(const std::vector<std::string>& patterns, const std::string& path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PERIOD) == 0 ||
           ::fnmatch(pattern.c_str(), std::string(last_of(path)).c_str(), FNM_PERIOD) == 0;
  });
}

class Selector {
 public:
  Selector(const Survey& survey, const Retention& retention, int64_t now_ns)
      : survey_(survey), retention_(retention), now_ns_(now_ns), newest_(newest_checkpoints(survey)) {
    std::map<Place, std::vector<uint32_t>> jobs;
    for (uint32_t i = 0; i < survey.snapshots.size(); ++i) {
      const SeenSnapshot& snapshot = survey.snapshots[i];
      if (snapshot.is_checkpoint) jobs[{snapshot.place.root, snapshot.job()}].push_back(i);
    }
    for (auto& [job, checkpoints] : jobs) {
      std::ranges::sort(checkpoints, std::greater(), [&](uint32_t i) {
        return std::tuple(survey.snapshots[i].checkpoint_id, survey.snapshots[i].metadata.mtime_ns);
      });
      const uint64_t last = std::min<uint64_t>(retention.keep_last.value_or(0), checkpoints.size());
      last_.insert(checkpoints.begin(), checkpoints.begin() + static_cast<ptrdiff_t>(last));
    }
  }

  // "" if it goes.
  std::string why_kept(uint32_t number) const;

 private:
  const Survey& survey_;
  const Retention& retention_;
  const int64_t now_ns_;
  const std::set<uint32_t> newest_;
  std::set<uint32_t> last_;
};

std::string Selector::why_kept(uint32_t number) const {
  const SeenSnapshot& snapshot = survey_.snapshots[number];
  if (!snapshot.is_checkpoint) return "it is no checkpoint that Flink took by itself";
  if (snapshot.is_self_contained_copy && retention_.jobs.empty())
    return "it is a copy that holds all it needs, and its directory is not named (--job)";
  if (!retention_.jobs.empty() && !matches(retention_.jobs, snapshot.job())) return "its job is not meant";
  if (newest_.contains(number)) return "it is the newest of its job";
  if (last_.contains(number)) return base::concat("it is one of the last ", *retention_.keep_last);
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
