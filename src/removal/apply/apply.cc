// SPDX-License-Identifier: Apache-2.0
#include "removal/apply/apply.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/names.h"
#include "removal/apply/plan_checks.h"
#include "removal/apply/remember.h"
#include "removal/apply/restore.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/plan/planner.h"
#include "removal/survey/judge.h"
#include "removal/trash/journal.h"
#include "removal/trash/mover.h"
#include "removal/trash/run_record.h"

namespace checkpointfs::removal {
namespace {

using base::Failure;
using base::FailureKind;

std::string message(int error) {
  return std::generic_category().message(error);
}

// The directories of a source that the plan changes, as they are now.
std::vector<DirectoryFacts> directories_of_source(const Plan& plan, const std::string& source, int fd) {
  std::map<std::string, bool> paths;
  for (const PlannedFile& file : plan.files) {
    if (file.place.root == source) paths.emplace(base::parent(file.place.path), false);
  }
  for (const PlannedSnapshot& snapshot : plan.snapshots) {
    if (snapshot.place.root == source) paths.emplace(snapshot.place.path, false);
  }
  for (const PlannedMarker& marker : plan.markers) {
    if (marker.place.root == source) paths.emplace(base::parent(marker.place.path), false);
  }
  for (const Place& place : plan.directories) {
    if (place.root != source) continue;
    paths[place.path] = true;
    paths.emplace(base::parent(place.path), false);
  }
  std::vector<DirectoryFacts> all;
  for (const auto& [path, goes] : paths) {
    struct stat st = {};
    if (base::stat_beneath(fd, path.empty() ? "." : path.c_str(), &st) == 0)
      all.push_back({path, st.st_mode, st.st_uid, st.st_gid, storage::mtime_ns(st), goes});
  }
  return all;
}

// The part of a plan in one source.
struct PerSource {
  Trash& trash;
  Journal journal;
  Mover mover;
  std::set<std::string> on_record;  // files that the journal has
};

// The outcome for a file that was to go.
struct Outcome {
  enum class Kind { kMoved, kKept, kFailed };
  Kind kind = Kind::kMoved;
  std::string why = {};  // it was not moved

  static Outcome kept(std::string why) { return {Kind::kKept, std::move(why)}; }
  bool is_moved() const { return kind == Kind::kMoved; }
};

class Applier {
 public:
  Applier(const Plan& plan, const Storage& storage, Trashes& trashes, storage::DiskOperations& disk)
      : plan_(plan), storage_(storage), trashes_(trashes), disk_(disk) {
    result_.id = plan.id;
    for (const SourceFacts& source : plan.sources) result_.sources.push_back(source.path);
    for (const PlannedSnapshot& snapshot : plan.snapshots) result_.victims.push_back(snapshot.place);
    for (const PlannedMarker& marker : plan.markers) markers_.emplace(marker.owner, &marker);
  }

  // Checks a new plan, and puts it on record.
  void accept();
  // Moves the snapshots' metadata. False, and what is on record is removed, if that cannot be done.
  bool begin();
  // REQUIRES: accept().
  Applied carry_out(const Progress& progress);
  // The rest of a plan that is on record.
  Applied go_on(const Progress& progress);

 private:
  void open();
  void require_new();
  void put_on_record();
  PerSource& here(const Place& place) { return *here_.at(place.root); }
  void move_metadata();
  void move_files(const Progress& progress);
  void move_file(const PlannedFile& file);
  void move_markers();
  // Moves the markers of one owner, if the owner is not there any more.
  void move_markers_of(const Place& owner);
  void move_marker(const PlannedMarker& marker);
  Naming naming();
  void remove_directories(const Progress& progress);
  void finish();
  // The jobs that have no snapshot any more, as this plan took the last one.
  std::set<Place> emptied_jobs();
  void sync();
  bool has_left(const PlannedSnapshot& snapshot);
  // Moves the file if it is the one that was planned.
  Outcome move_checked(const Place& place, const Identity& planned);
  // Adds a file that was not moved to the result.
  void add_unmoved(const Place& place, const Identity& planned, const Outcome& outcome);

  const Plan& plan_;
  const Storage& storage_;
  Trashes& trashes_;
  storage::DiskOperations& disk_;
  Survey survey_;
  std::set<uint32_t> left_;  // victims whose metadata is in the trash, that the survey still saw
  std::map<std::string, std::unique_ptr<PerSource>> here_;
  std::multimap<Place, const PlannedMarker*> markers_;  // by owner
  std::optional<Judge> judge_;                          // from when the metadata is gone
  Applied result_;
};

void Applier::open() {
  for (auto& [source, trash] : trashes_.all()) {
    here_[source] = std::make_unique<PerSource>(
        PerSource{trash, Journal(trash, disk_), Mover(trash, plan_.id, disk_), {}});
    here_[source]->on_record = here_[source]->journal.paths("trashed", plan_.id);
  }
}

void Applier::require_new() {
  if (!is_enforced(Rule::kAppliedOnce)) return;
  for (auto& [source, at] : here_) {
    if (!at->journal.knows(plan_.id) && !at->trash.has(plan_.id)) continue;
    throw Failure(FailureKind::kRefused,
                  base::format("the plan {} was applied before; make a new plan", plan_.id));
  }
}

// Returns true if the snapshot's metadata is in the trash.
bool Applier::has_left(const PlannedSnapshot& snapshot) {
  Identity identity;
  return here(snapshot.place)
             .mover.look_in_trash(base::join(snapshot.place.path, flink::kMetadataFile), &identity) == 0;
}

void Applier::put_on_record() {
  // Writes to all sources before anything moves in one: each then knows the whole plan.
  for (auto& [source, at] : here_)
    begin_run(at->trash, {plan_, directories_of_source(plan_, source, at->trash.source_fd())}, disk_);
  for (auto& [source, at] : here_) {
    at->journal.begin(plan_);
    at->journal.flush();
  }
}

Outcome Applier::move_checked(const Place& place, const Identity& planned) {
  constexpr const char* kAnother = "it is another file than when the plan was made";
  Mover& mover = here(place).mover;
  Identity now;
  int error = mover.look(place.path, &now);
  if (error == ENOENT || error == ENOTDIR) return Outcome::kept("it is gone already");
  if (error == 0 && !is_same(now, planned)) return Outcome::kept(kAnother);
  if (error == 0) error = mover.to_trash(place.path);
  if (error == 0) {
    // Somebody may have put another file there between the two calls.
    Identity there;
    if (mover.look_in_trash(place.path, &there) != 0 || is_same(there, planned)) return {};
    error = mover.from_trash(place.path);
    if (error == 0) return Outcome::kept(kAnother);
  }
  if (!is_enforced(Rule::kErrorsGoOn)) throw base::SystemError(error, "move", absolute(place));
  return {Outcome::Kind::kFailed, message(error)};
}

void Applier::add_unmoved(const Place& place, const Identity& planned, const Outcome& outcome) {
  auto& all = outcome.kind == Outcome::Kind::kFailed ? result_.failed : result_.kept;
  all.push_back({place, planned.size, outcome.why});
}

void Applier::move_metadata() {
  for (const PlannedSnapshot& snapshot : plan_.snapshots) {
    const Place place{snapshot.place.root, base::join(snapshot.place.path, flink::kMetadataFile)};
    PerSource& at = here(place);
    if (!has_left(snapshot)) {
      const Outcome outcome = move_checked(place, snapshot.metadata);
      if (!outcome.is_moved()) {
        add_unmoved(place, snapshot.metadata, outcome);
        continue;
      }
      ++result_.snapshots;
    }
    if (!at.on_record.contains(place.path))
      at.journal.file("trashed", plan_.id, place.path, snapshot.metadata);
    if (const SeenSnapshot* seen = survey_.snapshot_at(snapshot.place))
      left_.insert(survey_.number_of(*seen));
  }
  sync();
}

void Applier::move_file(const PlannedFile& file) {
  PerSource& at = here(file.place);
  Identity there;
  if (at.mover.look_in_trash(file.place.path, &there) != 0) {
    std::string why;
    Identity now = file.identity;
    at.mover.look(file.place.path, &now);  // an error is seen when it is moved
    if (is_enforced(Rule::kSecondLook)) why = judge_->reason_to_keep({file.place, now, file.is_named});
    if (why.empty()) why = why_not_the_callers(plan_.caller, at.trash.source_fd(), file.place.path);
    const Outcome outcome =
        why.empty() ? move_checked(file.place, file.identity) : Outcome::kept(std::move(why));
    if (!outcome.is_moved()) return add_unmoved(file.place, file.identity, outcome);
    ++result_.files;
    result_.bytes += static_cast<uint64_t>(file.identity.size);
  }
  if (!at.on_record.contains(file.place.path))
    at.journal.file("trashed", plan_.id, file.place.path, file.identity);
}

// The metadata of victims that the survey still saw is asked itself.
Naming Applier::naming() {
  Naming naming = naming_for(plan_.caller);
  for (const PlannedSnapshot& snapshot : plan_.snapshots) {
    Identity there;
    const std::string metadata = base::join(snapshot.place.path, flink::kMetadataFile);
    if (here(snapshot.place).mover.look_in_trash(metadata, &there) != 0) continue;
    naming.directories.insert(snapshot.place);
    if (survey_.snapshot_at(snapshot.place) == nullptr) naming.owners.insert(there.uid);
  }
  return naming;
}

void Applier::move_files(const Progress& progress) {
  judge_.emplace(survey_, left_, disk_.now_ns(), plan_.grace_ns, naming());
  uint64_t done = 0;
  for (const PlannedFile& file : plan_.files) {
    move_file(file);
    if (progress) progress(++done, plan_.files.size() + plan_.directories.size());
  }
  sync();
}

void Applier::move_marker(const PlannedMarker& marker) {
  PerSource& at = here(marker.place);
  Identity there;
  if (at.mover.look_in_trash(marker.place.path, &there) != 0) {
    std::string why;
    if (is_enforced(Rule::kSecondLook))
      why = judge_->reason_to_keep_at_any_age({marker.place, marker.identity, false, true});
    const Outcome outcome =
        why.empty() ? move_checked(marker.place, marker.identity) : Outcome::kept(std::move(why));
    if (!outcome.is_moved()) return add_unmoved(marker.place, marker.identity, outcome);
  }
  if (at.on_record.insert(marker.place.path).second)
    at.journal.file("trashed", plan_.id, marker.place.path, marker.identity);
}

void Applier::move_markers_of(const Place& owner) {
  const auto [first, last] = markers_.equal_range(owner);
  if (first == last) return;
  struct stat st = {};
  const int error = base::stat_beneath(here(owner).trash.source_fd(), owner.path.c_str(), &st);
  if (error != ENOENT && error != ENOTDIR && is_enforced(Rule::kMarkersStayWithOwner)) return;
  for (auto marker = first; marker != last; ++marker) move_marker(*marker->second);
}

void Applier::move_markers() {
  for (auto owner = markers_.begin(); owner != markers_.end(); owner = markers_.upper_bound(owner->first))
    move_markers_of(owner->first);
}

void Applier::remove_directories(const Progress& progress) {
  uint64_t done = plan_.files.size();
  for (const Place& place : plan_.directories) {
    PerSource& at = here(place);
    const int error = at.mover.remove_directory(place.path);
    if (error == 0) {
      ++result_.directories;
      at.journal.directory("directory removed", plan_.id, place.path);
      move_markers_of(place);
    } else if (error != ENOENT && error != ENOTEMPTY && error != EEXIST) {
      result_.failed.push_back({place, 0, message(error)});
    }
    if (progress) progress(++done, plan_.files.size() + plan_.directories.size());
  }
  sync();
}

void Applier::sync() {
  for (auto& [source, at] : here_) {
    if (const int error = at->mover.sync(); error != 0)
      throw base::SystemError(error, "write to disk the directories of", source);
    at->journal.flush();
  }
}

std::set<Place> Applier::emptied_jobs() {
  JobCounts others = count_jobs(survey_, plan_.snapshots);
  std::set<Place> jobs;
  for (const PlannedSnapshot& snapshot : plan_.snapshots) {
    const Place job{snapshot.place.root, std::string(base::parent(snapshot.place.path))};
    if (has_left(snapshot)) {
      jobs.insert(job);
    } else {
      ++others[job];
    }
  }
  std::erase_if(jobs, [&](const Place& job) { return others.contains(job); });
  return jobs;
}

void Applier::finish() {
  if (!result_.failed.empty()) return;
  // Until the plan is done, they are not missed because it is not.
  if (const std::set<Place> jobs = emptied_jobs(); !jobs.empty()) forget_removed(jobs, trashes_, disk_);
  for (auto& [source, at] : here_) {
    const auto run = read_run(at->trash, plan_.id);
    if (!run) continue;
    DirectoryTimes times;
    for (const DirectoryFacts& facts : run->directories) {
      struct stat st = {};
      const char* const path = facts.path.empty() ? "." : facts.path.c_str();
      if (base::stat_beneath(at->trash.source_fd(), path, &st) == 0)
        times[facts.path] = storage::mtime_ns(st);
    }
    at->journal.end(plan_.id);
    at->journal.flush();
    mark_done(at->trash, plan_.id, times, disk_);
  }
}

void Applier::accept() {
  require_sources(plan_, trashes_);
  open();
  require_new();
  require_unchanged_inputs(plan_, storage_);
  survey_ = look_again(plan_, storage_, Begin::kFresh);
  remember(count_jobs(survey_, {}), trashes_, disk_);
  put_on_record();
}

bool Applier::begin() {
  move_metadata();
  if (result_.failed.empty() && result_.kept.empty()) return true;
  if (result_.snapshots > 0) return false;
  for (auto& [source, at] : here_) at->trash.remove(plan_.id, disk_);
  return false;
}

Applied Applier::carry_out(const Progress& progress) {
  if (is_enforced(Rule::kMetadataFirst)) {
    move_metadata();
  } else {
    for (const PlannedSnapshot& snapshot : plan_.snapshots) {
      if (const SeenSnapshot* seen = survey_.snapshot_at(snapshot.place))
        left_.insert(survey_.number_of(*seen));
    }
  }
  move_files(progress);
  if (!is_enforced(Rule::kMetadataFirst)) move_metadata();
  move_markers();
  remove_directories(progress);
  finish();
  return std::move(result_);
}

Applied Applier::go_on(const Progress& progress) {
  require_sources(plan_, trashes_);
  survey_ = look_again(plan_, storage_, Begin::kResumed);
  open();
  return carry_out(progress);
}

// A plan that is begun somewhere and not done everywhere.
std::map<std::string, Plan> unfinished_plans(Trashes& trashes) {
  std::map<std::string, Plan> plans;
  for (auto& [source, trash] : trashes.all()) {
    for (const std::string& id : trash.runs()) {
      if (trash.is_done(id) || trash.is_restoring(id)) continue;
      if (auto run = read_run(trash, id)) plans.emplace(id, std::move(run->plan));
    }
  }
  return plans;
}

}  // namespace

Applied apply(const Plan& plan, const Storage& storage, Trashes& trashes, storage::DiskOperations& disk,
              const Progress& progress) {
  Applier applier(plan, storage, trashes, disk);
  applier.accept();
  return applier.carry_out(progress);
}

void begin(const Plan& plan, const Storage& storage, Trashes& trashes, storage::DiskOperations& disk) {
  Applier applier(plan, storage, trashes, disk);
  applier.accept();
  if (!applier.begin()) throw base::SystemError(EIO, "the metadata cannot be moved into the trash");
}

Applied finish(const std::string& id, const Storage& storage, Trashes& trashes,
               storage::DiskOperations& disk) {
  std::optional<Run> run;
  for (auto& [source, trash] : trashes.all()) {
    if (!run) run = read_run(trash, id);
  }
  if (!run) throw Failure(FailureKind::kSource, base::format("the trash has no plan {}", id));
  return Applier(run->plan, storage, trashes, disk).go_on({});
}

std::vector<Applied> resume(const Storage& storage, Trashes& trashes, storage::DiskOperations& disk,
                            const Progress& progress) {
  for (auto& [source, trash] : trashes.all()) {
    trash.remove_leftovers(disk);
    for (const std::string& id : trash.runs()) {
      if (trash.is_restoring(id)) restore(id, trashes, disk, progress);
    }
  }
  std::vector<Applied> all;
  for (const auto& [id, plan] : unfinished_plans(trashes)) {
    all.push_back(Applier(plan, storage, trashes, disk).go_on(progress));
  }
  return all;
}

}  // namespace checkpointfs::removal
