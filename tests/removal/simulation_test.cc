// SPDX-License-Identifier: Apache-2.0
// Random histories of jobs, with removals of ours in between: whatever happens, what is retained resolves,
// and what nobody needs is gone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/errors.h"
#include "base/text/message.h"
#include "operators.h"
#include "removal/apply/remember.h"
#include "removal/apply/unpin.h"
#include "removal/survey/job_listing.h"
#include "removal/survey/surveyor.h"
#include "simulated_flink.h"
#include "stepping.h"

namespace checkpointfs::removal {
namespace {

namespace fs = std::filesystem;

int histories() {
  const char* const asked = std::getenv("CHECKPOINTFS_HISTORIES");
  return asked == nullptr ? 1000 : std::atoi(asked);
}

// Thrown in place of a power cut or kill -9: nothing happens after it.
struct Killed {};

// The names of a directory's files, by no code of ours.
std::vector<fs::path> files_below(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

class History {
 public:
  explicit History(uint64_t seed)
      : random_(seed),
        sources_(1 + seed % 3),
        world_(static_cast<int>(sources_)),
        flink_(world_, sources_, seed),
        operators_(world_, flink_, sources_, seed) {
    if (seed % 4 != 0) world_.use_spellings(seed);
    if (seed % 3 == 0) operators_.map_a_disk();
  }

  // Returns "" or the violation.
  std::string play();
  uint64_t removals() const { return removals_; }
  uint64_t refused() const { return refused_; }
  Deeds deeds() const {
    Deeds deeds = operators_.deeds();
    deeds["files read through copies"] = world_.copies();
    deeds["second runs of a job"] = flink_.second_runs();
    return deeds;
  }

 private:
  size_t pick(size_t count) { return static_cast<size_t>(random_() % count); }
  std::string remove_some();
  std::string collect();
  std::string carry_out(const Plan& plan);
  // Jobs that Flink emptied are forgotten, as their user says.
  void forget_missing();
  // Everything is tried while a source is not mounted.
  std::string remove_without_a_source();
  // Everything is tried while a job lies behind a link that nobody follows.
  std::string remove_beside_a_link();
  // Removes as a user who names one job, or one source of several; the index knows the others.
  std::string remove_from_a_part();
  std::string unpin_one();
  std::string happen();
  // Snapshots that had all of their files.
  std::set<std::string> whole() const;
  std::string lost_of(const std::set<std::string>& before) const;
  std::string not_freed(int64_t grace) const;
  // The checkpoint with the latest time that has all of its files, of each job directory.
  std::set<std::string> last_whole() const;
  void note_removed(const Plan& plan);

  std::mt19937_64 random_;
  const size_t sources_;
  World world_;
  WorldChanges world_changes_{world_.now};
  SimulatedFlink flink_;
  Operators operators_;
  uint64_t removals_ = 0;
  uint64_t refused_ = 0;
  std::vector<std::string> trash_;
};

std::set<std::string> History::whole() const {
  std::set<std::string> directories;
  for (const auto& [directory, files] : world_.snapshots()) {
    const bool all = exists(directory + "/_metadata") &&
                     std::ranges::all_of(files, [](const Needed& file) { return exists(file.path); });
    if (all) directories.insert(directory);
  }
  return directories;
}

std::string History::lost_of(const std::set<std::string>& before) const {
  for (const auto& [directory, files] : world_.snapshots()) {
    if (!before.contains(directory)) continue;
    if (!exists(directory + "/_metadata")) return base::format("{} is gone", directory);
    for (const Needed& file : files) {
      if (!exists(file.path)) return base::format("{} has lost {}", directory, file.path);
    }
  }
  return {};
}

void History::note_removed(const Plan& plan) {
  for (const PlannedSnapshot& snapshot : plan.snapshots)
    flink_.forget(operators_.as_named(absolute(snapshot.place)));
}

// Flink goes on between the plan and its end, and sometimes we are killed.
std::string History::carry_out(const Plan& plan) {
  const size_t meanwhile = pick(3);
  for (size_t i = 0; i < meanwhile; ++i) flink_.step();
  const std::set<std::string> before = whole();
  const int killed_at = pick(4) == 0 ? static_cast<int>(pick(30)) : -1;
  SteppingChanges changes(world_.now, [&](int call) {
    if (call == killed_at) throw Killed();
    return 0;
  });
  bool done = false;
  try {
    world_.apply(plan, changes);
    done = true;
  } catch (const Killed&) {
    // A snapshot that lacks a file then has no metadata any more.
    std::set<std::string> there;
    for (const std::string& directory : before) {
      if (exists(directory + "/_metadata")) there.insert(directory);
    }
    if (const std::string lost = lost_of(there); !lost.empty()) return "killed: " + lost;
    done = !world_.resume().empty();
  } catch (const base::Failure&) {
    ++refused_;
  }
  if (done) {
    note_removed(plan);
    trash_.push_back(plan.id);
    ++removals_;
  }
  std::set<std::string> retained = before;
  for (const PlannedSnapshot& snapshot : plan.snapshots) {
    if (done) retained.erase(operators_.as_named(absolute(snapshot.place)));
  }
  return lost_of(retained);
}

void History::forget_missing() {
  for (const Missing& missing : world_.look().missing) world_.forgotten.push_back(missing.path);
  if (world_.forgotten.empty()) return;
  Trashes trashes(world_.storage().sources(), world_changes_);
  forget(world_.storage(), trashes, world_changes_);
  world_.forgotten.clear();
}

std::string History::remove_without_a_source() {
  const std::set<std::string> before = whole();
  const std::string source = world_.source(pick(sources_));
  // The jobs are remembered by an index made just before.
  for (const auto& [job, count] : count_snapshots(world_.storage())) world_.remembered.push_back(job);
  test::rename_path(source, source + ".mounted");
  test::make_directory(source);
  const auto attempt = [&](const auto& call) {
    try {
      call();
    } catch (const base::Failure&) {
      ++refused_;
    }
  };
  attempt([&] { world_.apply(world_.plan_gc({}, 0, true)); });
  if (!trash_.empty()) attempt([&] { world_.purge(trash_[pick(trash_.size())]); });
  operators_.count("sources not mounted");
  test::remove_all(source);
  test::rename_path(source + ".mounted", source);
  world_.remembered.clear();
  return lost_of(before);
}

std::string History::remove_beside_a_link() {
  const std::set<std::string> before = whole();
  const auto undo = operators_.move_behind_a_link();
  if (!undo) return {};
  try {
    world_.apply(world_.plan_gc({}, 0, true));
  } catch (const base::Failure&) {
    ++refused_;
  }
  undo();
  return lost_of(before);
}

std::string History::remove_from_a_part() {
  const std::set<std::string> before = whole();
  Storage part = world_.storage();
  for (const auto& [job, count] : count_snapshots(part)) part.remembered.push_back(job);
  const std::string only = operators_.part();
  std::erase_if(part.roots, [](const storage::Root& root) { return root.is_source; });
  part.roots.push_back({1000, only, true});
  try {
    const Listing listing = list_jobs(part);
    const Plan plan = make_plan(part, survey(part), {}, &listing, {"gc", world_.now, 0, true, {}, true});
    Trashes trashes(part.sources(), world_changes_);
    apply(plan, part, trashes, world_changes_);
    operators_.count("plans of a part that were harmless");
  } catch (const base::Failure&) {
    ++refused_;
  }
  operators_.count("plans of a part");
  return lost_of(before);
}

std::string History::unpin_one() {
  const auto pin = operators_.any_pin();
  if (!pin) return {};
  std::set<std::string> before = whole();
  try {
    Trashes trashes(world_.storage().sources(), world_changes_);
    trash_.push_back(unpin(pin->source, pin->name, world_.look(), trashes, world_changes_).plan);
    before.erase(pin->directory());
    operators_.count("unpinned");
  } catch (const base::Failure&) {
    ++refused_;
    operators_.count("pins that stayed");
  }
  return lost_of(before);
}

// Does one act between the steps of Flink.
std::string History::happen() {
  switch (pick(10)) {
    case 0:
      return remove_without_a_source();
    case 1:
      return remove_beside_a_link();
    case 2:
      return remove_from_a_part();
    case 3:
    case 4:
      return unpin_one();
    case 5:
    case 6:
      operators_.pin(whole());
      if (pick(2) == 0) operators_.restore_a_pin();
      return {};
    case 7:
      operators_.restore_a_pin();
      return {};
    case 8:
      operators_.hide_a_copy(whole());
      if (pick(2) == 0) operators_.link_a_job();
      return {};
    default:
      operators_.break_one(last_whole());
      return {};
  }
}

std::string History::remove_some() {
  std::vector<std::string> there = flink_.snapshots();
  std::erase_if(there, [&](const std::string& directory) {
    return !exists(directory + "/_metadata") || operators_.is_behind_a_link(directory);
  });
  if (there.empty()) return {};
  std::vector<std::string> victims;
  for (const std::string& directory : there) {
    if (pick(4) == 0) victims.push_back(directory);
  }
  try {
    return carry_out(world_.plan_rm(victims, static_cast<int64_t>(pick(4)) * kDay, pick(4) == 0));
  } catch (const base::Failure&) {
    ++refused_;
    forget_missing();
  }
  return {};
}

// Looks at the disk by brute force for files that could go and are still there.
std::string History::not_freed(int64_t grace) const {
  std::set<std::string> needed;
  std::set<std::string> names;  // of needed files, and of lost ones
  std::map<std::string, int64_t> newest;
  for (const auto& [directory, files] : world_.snapshots()) {
    if (!exists(directory + "/_metadata")) continue;
    const fs::path job = fs::path(directory).parent_path();
    struct stat st = {};
    ::stat((directory + "/_metadata").c_str(), &st);
    if (fs::path(directory).filename().string().starts_with("chk-"))
      newest[job] = std::max(newest[job], storage::mtime_ns(st));
    for (const Needed& file : files) {
      needed.insert(file.path);
      // A copy that has the name of a needed file is no garbage either.
      names.insert(fs::path(file.path).filename());
    }
  }
  for (size_t i = 0; i < sources_; ++i) {
    std::error_code error;
    for (const auto& job : fs::directory_iterator(world_.source(i) + "/cluster", error)) {
      if (job.is_symlink()) continue;
      for (const fs::path& file : files_below(job.path())) {
        struct stat st = {};
        if (::stat(file.c_str(), &st) != 0 || needed.contains(file) || file.filename() == "_metadata")
          continue;
        if (file.string().find("/.checkpointfs/") != std::string::npos) continue;
        if (file.string().find("/taskowned/") != std::string::npos || names.contains(file.filename()))
          continue;
        const int64_t time = storage::mtime_ns(st);
        if (world_.now - time < grace) continue;
        const auto last = newest.find(job.path());
        if (last != newest.end() && time > last->second) continue;
        return base::format("{} could have been freed", file.string());
      }
    }
  }
  return {};
}

std::set<std::string> History::last_whole() const {
  std::map<std::string, std::pair<int64_t, std::string>> last;
  for (const auto& [directory, files] : world_.snapshots()) {
    if (!exists(directory + "/_metadata")) continue;
    const bool usable = std::ranges::all_of(
        files, [](const Needed& file) { return exists(file.found_as.empty() ? file.path : file.found_as); });
    if (!usable) continue;
    if (!fs::path(directory).filename().string().starts_with("chk-")) continue;
    struct stat st = {};
    ::stat((directory + "/_metadata").c_str(), &st);
    auto& known = last[fs::path(directory).parent_path()];
    known = std::max(known, std::pair(storage::mtime_ns(st), directory));
  }
  std::set<std::string> directories;
  for (const auto& [job, one] : last) directories.insert(one.second);
  return directories;
}

std::string History::collect() {
  const int64_t grace = static_cast<int64_t>(pick(4)) * kDay;
  Retention retention;
  if (pick(2) == 0) retention.keep_last = 1 + pick(2);
  if (pick(3) == 0) retention.keep_within_ns = static_cast<int64_t>(pick(10)) * kDay;
  try {
    const Plan chosen = world_.plan_gc(retention, grace, pick(2) == 0);
    const std::set<std::string> last = last_whole();
    for (const PlannedSnapshot& snapshot : chosen.snapshots) {
      if (last.contains(operators_.as_named(absolute(snapshot.place))))
        return base::format("{} is the last one that its job can restore", absolute(snapshot.place));
    }
    if (const std::string problem = carry_out(chosen); !problem.empty()) return problem;
    // Everything reclaimable is freed if nothing comes between and nobody is killed.
    const std::set<std::string> before = whole();
    const Plan plan = world_.plan_gc({}, grace, true);
    if (!plan.empty()) {
      world_.apply(plan);
      trash_.push_back(plan.id);
      ++removals_;
    }
    if (const std::string lost = lost_of(before); !lost.empty()) return lost;
    return not_freed(grace);
  } catch (const base::Failure&) {
    ++refused_;
    forget_missing();
  }
  return {};
}

std::string History::play() {
  const size_t steps = 10 + pick(15);
  for (size_t i = 0; i < steps; ++i) {
    std::string problem;
    switch (pick(7)) {
      case 0:
        problem = remove_some();
        break;
      case 1:
        problem = collect();
        break;
      case 2:
        if (!trash_.empty() && pick(3) == 0) {
          const std::set<std::string> before = whole();
          const std::string id = trash_[pick(trash_.size())];
          try {
            pick(2) == 0 ? static_cast<void>(world_.restore(id)) : static_cast<void>(world_.purge(id));
          } catch (const base::Failure&) {
            ++refused_;
          }
          problem = lost_of(before);
        }
        break;
      case 3:
        problem = happen();
        break;
      default:
        flink_.step();
    }
    if (!problem.empty()) return base::format("step {}: {}", i, problem);
  }
  return {};
}

TEST(Simulation, of_any_history_every_retained_snapshot_resolves_and_garbage_is_freed) {
  uint64_t removals = 0;
  uint64_t refused = 0;
  Deeds deeds;
  const int count = histories();
  const char* const from = std::getenv("CHECKPOINTFS_FIRST_HISTORY");
  const int first = from == nullptr ? 1 : std::atoi(from);
  for (int seed = first; seed < first + count; ++seed) {
    History history(static_cast<uint64_t>(seed));
    ASSERT_EQ("", history.play()) << "history " << seed;
    removals += history.removals();
    refused += history.refused();
    for (const auto& [what, times] : history.deeds()) deeds[what] += times;
  }
  std::cout << "random histories: " << count << ", with " << removals << " removals carried out, " << refused
            << " refused\n";
  for (const auto& [what, times] : deeds) std::cout << "  " << what << ": " << times << "\n";
  if (count >= 1000) {
    EXPECT_GE(deeds.size(), 14U) << "something never happens";
  }
  EXPECT_GE(removals, static_cast<uint64_t>(count));
}

}  // namespace
}  // namespace checkpointfs::removal
