// SPDX-License-Identifier: Apache-2.0
#include "removal/plan/planner.h"

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <tuple>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/listing.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/plan/most.h"
#include "removal/survey/job_checkpoints.h"
#include "removal/survey/judge.h"
#include "removal/survey/markers.h"
#include "removal/survey/surveyor.h"
#include "storage/self_mounts.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

using base::Failure;
using base::FailureKind;

class Planner {
 public:
  Planner(const Survey& survey, const std::vector<Victim>& victims, const PlanOptions& options, Plan& plan)
      : survey_(survey),
        options_(options),
        plan_(plan),
        leaving_(numbers_of(victims)),
        judge_(survey, leaving_, options.now_ns, options.grace_ns, naming_for(options.caller)) {
    for (const std::string& source : survey.sources) {
      struct stat st = {};
      base::UniqueFd fd = base::open_directory(source);
      if (::fstat(fd.get(), &st) == 0) device_[source] = st.st_dev;
      roots_[source] = std::move(fd);
    }
    for (const JobCheckpoints& job : jobs_of(survey)) newest_name_[job.job] = lowest_newest(survey, job);
  }

  void add_victims(const std::vector<Victim>& victims);
  void add_named_files();
  void add_listed(const Listing& listing);
  void add_jobs(const Listing& listing);
  void add_orphaned_markers(const Listing& listing);
  // Snapshots that cannot be decoded, by themselves.
  void set_aside(const std::vector<Victim>& victims);
  std::set<Place> directories_that_keep_something() const;
  void count_waste();
  const std::set<uint32_t>& leaving() const { return leaving_; }

 private:
  static std::set<uint32_t> numbers_of(const std::vector<Victim>& victims) {
    std::set<uint32_t> numbers;
    for (const Victim& victim : victims) numbers.insert(victim.snapshot);
    return numbers;
  }
  bool is_named(const SeenFile& file) const;
  // True if it goes; else the reason is noted. `seen`: as of the judge.
  bool goes(const Candidate& candidate, const SeenFile* seen);
  // The same for what was listed; false if a victim names it.
  bool goes_unnamed(const Candidate& candidate);
  bool is_old(int64_t mtime_ns) const {
    return mtime_ns > 0 && mtime_ns <= options_.now_ns && options_.now_ns - mtime_ns >= options_.grace_ns;
  }
  bool is_in_progress(const Place& checkpoint) const;

  const Survey& survey_;
  const PlanOptions& options_;
  Plan& plan_;
  const std::set<uint32_t> leaving_;
  const Judge judge_;
  std::map<std::string, uint64_t> device_;
  std::map<std::string, base::UniqueFd> roots_;
  std::map<Place, std::string> newest_name_;  // of each job, the lowest number that a run of it has reached
};

// A file that a victim names and that is there is decided on by that name.
bool Planner::is_named(const SeenFile& file) const {
  return file.is_there && std::ranges::any_of(file.snapshots, [&](uint32_t n) { return judge_.leaves(n); });
}

bool Planner::goes_unnamed(const Candidate& candidate) {
  const auto seen = survey_.files.at(candidate.place);
  if (seen && is_named(*seen)) return false;
  return goes(candidate, seen ? &*seen : nullptr);
}

bool Planner::goes(const Candidate& candidate, const SeenFile* seen) {
  std::string keep = judge_.reason_to_keep(candidate, seen);
  if (keep.empty())
    keep = why_not_the_callers(options_.caller, roots_.at(candidate.place.root).get(), candidate.place.path);
  const auto device = device_.find(candidate.place.root);
  if (keep.empty() && (device == device_.end() || device->second != candidate.identity.device))
    keep = "it lies on another file system than its source, so that it cannot be moved into the trash";
  if (!keep.empty()) {
    plan_.kept.push_back({candidate.place, candidate.identity.size, std::move(keep)});
    return false;
  }
  return true;
}

void Planner::add_victims(const std::vector<Victim>& victims) {
  for (const Victim& victim : victims) {
    const SeenSnapshot& snapshot = survey_.snapshots[victim.snapshot];
    plan_.snapshots.push_back({snapshot.place, snapshot.metadata, victim.why});
    const bool is_the_callers =
        why_not_the_callers(options_.caller, roots_.at(snapshot.place.root).get(), snapshot.place.path)
            .empty();
    if (!snapshot.place.path.empty() && is_the_callers) plan_.directories.push_back(snapshot.place);
  }
}

void Planner::add_named_files() {
  // Files in a snapshot's own directory go before the files that it shared with other snapshots.
  std::set<Place> directories;
  for (const PlannedSnapshot& snapshot : plan_.snapshots) directories.insert(snapshot.place);
  PlannedFiles shared;
  survey_.files.each_of(leaving_, [&](const SeenFile& file) {
    if (!file.is_there || !goes({file.place, file.identity, true}, &file)) return;
    const bool is_own = directories.contains({file.place.root, std::string(base::parent(file.place.path))});
    (is_own ? plan_.files : shared)
        .push_back({file.place, file.identity, file.uri, "no other snapshot needs it", true});
  });
  for (const PlannedFile& file : shared) plan_.files.push_back(file);
}

void Planner::add_listed(const Listing& listing) {
  for (const ListedFile& file : listing.files) {
    if (goes_unnamed({file.place, file.identity, false}))
      plan_.files.push_back({file.place, file.identity, "", "no snapshot needs it", false});
  }
  for (const ListedDirectory& directory : listing.failed) {
    if (is_old(directory.mtime_ns) && !is_in_progress(directory.place))
      plan_.directories.push_back(directory.place);
  }
}

// A checkpoint that was begun after the newest complete one of a run of its job.
bool Planner::is_in_progress(const Place& checkpoint) const {
  const auto job = newest_name_.find({checkpoint.root, std::string(base::parent(checkpoint.path))});
  if (job == newest_name_.end()) return false;
  const auto digits = base::last_component(checkpoint.path).substr(4);
  return !(std::tuple(digits.size(), digits) < std::tuple(job->second.size(), std::string_view(job->second)));
}

// A job of which a file stays keeps all of its directories: by them it is known as a job the next time.
std::set<Place> Planner::directories_that_keep_something() const {
  std::set<Place> directories;
  for (const KeptFile& file : plan_.kept) {
    std::string_view above = base::parent(file.place.path);
    while (!above.empty() && directories.insert({file.place.root, std::string(above)}).second)
      above = base::parent(above);
  }
  return directories;
}

void Planner::add_jobs(const Listing& listing) {
  const std::set<Place> keeping = directories_that_keep_something();
  for (const ListedJob& job : listing.jobs) {
    if (job.has_snapshot || !job.only_flinks || job.place.path.empty() || !is_old(job.newest_mtime_ns))
      continue;
    if (keeping.contains(job.place)) continue;
    for (const ListedDirectory& directory : job.below) plan_.directories.push_back(directory.place);
  }
}

void Planner::add_orphaned_markers(const Listing& listing) {
  for (const ListedMarker& marker : listing.orphaned_markers) {
    if (goes_unnamed({marker.place, marker.identity, false, true}))
      plan_.markers.push_back({marker.place, marker.identity, marker.owner});
  }
}

void Planner::set_aside(const std::vector<Victim>& victims) {
  for (const Victim& victim : victims) {
    const SeenSnapshot& snapshot = survey_.snapshots[victim.snapshot];
    const std::string path = base::printable(absolute(snapshot.place));
    const auto refuse = [&](std::string_view why) {
      throw Failure(FailureKind::kRefused, base::format("nothing is removed: {}{}", path, why));
    };
    if (snapshot.unreadable.empty())
      refuse(" can be decoded, and others that are to go cannot; remove those by themselves first");
    if (!is_old(snapshot.metadata.mtime_ns))
      refuse(" cannot be decoded, and is young: it may be in progress; if it is not, say --grace 0");
    if (!options_.force_newest && may_be_newest(survey_, snapshot) && is_enforced(Rule::kNewestIsKept))
      refuse(
          " cannot be decoded, and may be the newest checkpoint of its job, which may be running from it; "
          "if it is not, say --force-newest");
    plan_.snapshots.push_back({snapshot.place, snapshot.metadata,
                               base::format("{}; it cannot be decoded: {}", victim.why, snapshot.unreadable),
                               true});
  }
}

void Planner::count_waste() {
  survey_.files.each_segmented([&](const SegmentedFile& one) {
    const SeenFile& file = one.file;
    const bool stays = std::ranges::any_of(file.snapshots, [&](uint32_t n) { return !judge_.leaves(n); });
    if (!file.is_there || !stays) return;
    int64_t end = 0;
    int64_t used = 0;
    for (const auto& [start, length] : one.segments) {
      const int64_t from = std::max(start, end);
      const int64_t to = std::min(start + length, file.identity.size);
      if (to > from) used += to - from;
      end = std::max(end, to);
    }
    plan_.wasted_bytes += static_cast<uint64_t>(std::max<int64_t>(file.identity.size - used, 0));
  });
}

void sort_directories(std::vector<Place>* directories) {
  const auto deeper = [](const Place& a, const Place& b) {
    const auto depth = [](const Place& place) { return std::ranges::count(place.path, '/'); };
    return std::tuple(-depth(a), a) < std::tuple(-depth(b), b);
  };
  std::ranges::sort(*directories, deeper);
  directories->erase(std::unique(directories->begin(), directories->end()), directories->end());
}

}  // namespace

JobCounts count_snapshots(const Storage& storage) {
  JobCounts counts;
  for (const storage::Root& root : storage.roots) {
    if (!root.is_source) continue;
    storage::WalkCallbacks callbacks;
    callbacks.snapshot = [&](const storage::FoundSnapshot& found) {
      ++counts[{root.path, std::string(base::parent(found.directory->path))}];
    };
    callbacks.unreadable = [](const std::string&, int) {};  // whoever reads the snapshots sees it too
    const base::UniqueFd fd = base::open_directory(root.path);
    storage::walk(fd.get(), "", {storage::Reach::kShown, storage::self_mounts_below(root.path)}, callbacks);
  }
  return counts;
}

JobCounts count_jobs(const Survey& survey, const std::vector<PlannedSnapshot>& leaving) {
  std::set<Place> places;
  for (const PlannedSnapshot& snapshot : leaving) places.insert(snapshot.place);
  JobCounts counts;
  for (const SeenSnapshot& snapshot : survey.snapshots) {
    const bool in_source = std::ranges::binary_search(survey.sources, snapshot.place.root);
    if (in_source && !places.contains(snapshot.place)) ++counts[{snapshot.place.root, snapshot.job()}];
  }
  return counts;
}

void require_not_shrunken(const JobCounts& before, const JobCounts& now, std::string_view accept) {
  if (!is_enforced(Rule::kShrunkenKeepsAll)) return;
  for (const auto& [job, count] : before) {
    if (now.contains(job)) continue;
    throw Failure(FailureKind::kRefused,
                  base::format("nothing is removed, as {} had {} and has none now; {}",
                               base::printable(absolute(job)), base::counted(count, "snapshot"), accept));
  }
  require_not_halved(before, now, accept);
}

void require_not_halved(const JobCounts& before, const JobCounts& now, std::string_view accept) {
  if (!is_enforced(Rule::kShrunkenKeepsAll)) return;
  uint64_t all_before = 0;
  uint64_t all_now = 0;
  for (const auto& [job, count] : now) all_now += count;
  for (const auto& [job, count] : before) all_before += count;
  if (all_now * 2 >= all_before) return;
  throw Failure(FailureKind::kRefused,
                base::format("nothing is removed, as there were {} snapshots, and only {} are there now; {}",
                             all_before, all_now, accept));
}

void require_not_newest(const Survey& survey, const std::vector<PlannedSnapshot>& leaving) {
  if (!is_enforced(Rule::kNewestIsKept)) return;
  const Reasons newest = newest_checkpoints(survey);
  for (const PlannedSnapshot& planned : leaving) {
    const SeenSnapshot* snapshot = survey.snapshot_at(planned.place);
    if (snapshot == nullptr) continue;
    const auto found = newest.find(survey.number_of(*snapshot));
    if (found == newest.end()) continue;
    throw Failure(
        FailureKind::kRefused,
        base::format(
            "{} is the newest checkpoint of its job{}, which may be running from it; if it is not, say --force-newest",
            base::printable(absolute(planned.place)), found->second));
  }
}

namespace {

void require_not_excluded(const Storage& storage, const Survey& survey, const std::vector<Victim>& victims) {
  if (!is_enforced(Rule::kExcludedIsKept)) return;
  for (const Victim& victim : victims) {
    const std::string path = absolute(survey.snapshots[victim.snapshot].place);
    if (!storage.excludes(path)) continue;
    throw Failure(FailureKind::kRefused,
                  base::format("{} lies in an excluded directory (--exclude)", base::printable(path)));
  }
}

}  // namespace

Plan make_plan(const Storage& storage, const Survey& survey, const std::vector<Victim>& victims,
               const Listing* listing, const PlanOptions& options) {
  require_not_excluded(storage, survey, victims);
  const bool quarantine =
      is_enforced(Rule::kQuarantineAlone) && std::ranges::any_of(victims, [&](const Victim& victim) {
        return !survey.snapshots[victim.snapshot].unreadable.empty();
      });
  if (!quarantine) require_known(survey);
  if (listing != nullptr && !listing->unknown.empty() && is_enforced(Rule::kUnknownKeepsAll)) {
    throw Failure(
        FailureKind::kRefused,
        base::format("nothing is removed, as it is not known what is there: {}", listing->unknown.front()));
  }
  Plan plan;
  plan.id = new_plan_id(options.now_ns);
  plan.command = options.command;
  plan.made_ns = options.now_ns;
  plan.grace_ns = options.grace_ns;
  plan.force_newest = options.force_newest;
  plan.caller = options.caller;
  plan.force_most = options.force_most;
  plan.sources = facts_of(survey.sources);
  plan.mappings = storage.mappings;
  plan.excluded = storage.excluded;
  plan.follow_links = storage.follow_links;
  plan.ha = options.ha;
  Planner planner(survey, victims, options, plan);
  if (quarantine) {
    planner.set_aside(victims);
    require_not_recovered_from(storage, survey, plan.snapshots, options.recovery);
    plan.others = count_jobs(survey, plan.snapshots);
    return plan;
  }
  planner.add_victims(victims);
  if (!options.force_newest) require_not_newest(survey, plan.snapshots);
  require_not_recovered_from(storage, survey, plan.snapshots, options.recovery);
  plan.others = count_jobs(survey, plan.snapshots);
  planner.add_named_files();
  if (listing != nullptr) {
    planner.add_listed(*listing);
    planner.add_jobs(*listing);
    planner.add_orphaned_markers(*listing);
    plan.not_looked_at = listing->not_looked_at;
    if (!options.force_most) require_not_most(survey, planner.leaving(), *listing, plan.files);
  }
  planner.count_waste();
  sort_directories(&plan.directories);
  for (PlannedMarker& marker : markers_of(storage, plan)) plan.markers.push_back(std::move(marker));
  return plan;
}

Naming naming_for(const std::optional<Caller>& caller) {
  Naming naming;
  // The kernel checks whether any other user may rename the file.
  naming.owner_decides = ::geteuid() == 0 && (!caller || caller->is_trusted());
  return naming;
}

std::string why_not_the_callers(const std::optional<Caller>& caller, int root, const std::string& path) {
  if (!caller || caller->is_trusted() || !is_enforced(Rule::kCallersOnly)) return {};
  if (may_unlink(root, path, *caller)) return {};
  return base::format("user {}, who asked for it, could not remove it himself", caller->uid);
}

}  // namespace checkpointfs::removal
