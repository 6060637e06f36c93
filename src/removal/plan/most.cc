// SPDX-License-Identifier: Apache-2.0
#include "removal/plan/most.h"

#include <map>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/listing.h"
#include "removal/model/names.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/survey.h"

namespace checkpointfs::removal {
namespace {

struct Count {
  const SeenSnapshot* usable = nullptr;  // a checkpoint that stays
  uint64_t files = 0;
  uint64_t going = 0;
};

using Counts = std::map<Place, Count>;

// The job in whose directory the file lies; null: of those counted it is none.
Count* job_of(Counts& jobs, const Place& file) {
  for (std::string_view path = base::parent(file.path);; path = base::parent(path)) {
    const auto job = jobs.find({file.root, std::string(path)});
    if (job != jobs.end()) return &job->second;
    if (path.empty()) return nullptr;
  }
}

Counts jobs_with_usable(const Survey& survey, const std::set<uint32_t>& leaving) {
  Counts jobs;
  for (const SeenSnapshot& snapshot : survey.snapshots) {
    if (!snapshot.is_checkpoint || leaving.contains(survey.number_of(snapshot))) continue;
    if (snapshot.has_files && snapshot.has_all_files)
      jobs[{snapshot.place.root, snapshot.job()}].usable = &snapshot;
  }
  return jobs;
}

}  // namespace

void require_not_most(const Survey& survey, const std::set<uint32_t>& leaving, const Listing& listing,
                      const PlannedFiles& going) {
  if (!is_enforced(Rule::kMostStay)) return;
  Counts jobs = jobs_with_usable(survey, leaving);
  for (const ListedFile& file : listing.files) {
    if (!is_state_file_name(base::last_component(file.place.path))) continue;
    if (Count* const job = job_of(jobs, file.place)) ++job->files;
  }
  for (const PlannedFile& file : going) {
    if (file.is_named) continue;
    if (Count* const job = job_of(jobs, file.place)) ++job->going;
  }
  for (const auto& [place, job] : jobs) {
    if (job.going * 2 <= job.files) continue;
    throw base::Failure(
        base::FailureKind::kRefused,
        base::format(
            "nothing is removed, as {} of the {} in {} would go as needed by no snapshot, although {} of that job is whole: perhaps they are needed by snapshots of another source, which --source names, or a mapping leads to copies of them; '--force-most' shows them, and with --apply removes them",
            job.going, base::counted(job.files, "state file"), base::printable(absolute(place)),
            base::printable(base::last_component(job.usable->place.path))));
  }
}

}  // namespace checkpointfs::removal
