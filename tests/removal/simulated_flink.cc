// SPDX-License-Identifier: Apache-2.0
#include "simulated_flink.h"

#include <unistd.h>

#include <algorithm>

#include "base/text/message.h"

namespace checkpointfs::removal {
namespace {

constexpr size_t kSize = 20;

}  // namespace

Needed SimulatedFlink::add_file(const std::string& directory) {
  const Needed file{base::format("{}/{}", directory, world_.uuid()), kSize};
  world_.file(file.path, file.size);
  return file;
}

void SimulatedFlink::start_job() {
  Job job;
  job.directory = base::format("{}/cluster/job{}", world_.source(pick(sources_)), ++job_number_);
  job.keeps = 1 + pick(3);
  job.merges = chance(20);
  test::make_directory(job.directory + "/shared");
  test::make_directory(job.directory + "/taskowned");
  jobs_.push_back(std::move(job));
  checkpoint(jobs_.back());
}

// The numbers begin with 1 again.
void SimulatedFlink::begin_again(const Job& job) {
  Job again;
  again.directory = job.directory;
  again.keeps = job.keeps;
  again.merges = job.merges;
  jobs_.push_back(std::move(again));
  ++second_runs_;
  checkpoint(jobs_.back());
}

// A file of the last checkpoint lives on, or is compacted away with others into a new one.
void SimulatedFlink::checkpoint(Job& job) {
  // Flink overwrites no checkpoint of the run before: its own one fails.
  while (exists(base::format("{}/chk-{}", job.directory, job.next))) ++job.next;
  const std::string directory = base::format("{}/chk-{}", job.directory, job.next);
  std::erase_if(job.live, [&](const Needed&) { return chance(25); });
  const size_t added = 1 + pick(2);
  for (size_t i = 0; i < added; ++i) {
    job.live.push_back(add_file(job.directory + "/shared"));
    job.owned.insert(job.live.back().path);
  }
  Retained taken{directory, {add_file(directory)}, job.live};
  if (job.merges && chance(50)) {
    // This checkpoint needs a part of a file.
    world_.segment_snapshot(directory, job.live.back().path, 5, 10, job.next);
    taken.own.clear();
    taken.shared = {job.live.back()};
    job.live = taken.shared;
  } else {
    std::vector<Needed> all = taken.own;
    all.insert(all.end(), taken.shared.begin(), taken.shared.end());
    world_.snapshot(directory, all, job.next);
  }
  ++job.next;
  job.retained.push_back(std::move(taken));
  subsume(job);
}

// Deletes as Flink does: checkpoints beyond those it retains, and the job's own files that no retained
// checkpoint needs.
void SimulatedFlink::subsume(Job& job) {
  while (job.retained.size() > job.keeps) {
    const Retained old = job.retained.front();
    job.retained.erase(job.retained.begin());
    test::remove_all(old.directory);
    world_.forget(old.directory);
    for (const Needed& file : old.shared) {
      const bool needed = std::ranges::any_of(job.retained, [&](const Retained& other) {
        return std::ranges::find(other.shared, file.path, &Needed::path) != other.shared.end();
      });
      if (!needed && job.owned.contains(file.path)) ::unlink(file.path.c_str());
    }
  }
}

void SimulatedFlink::fail_checkpoint(Job& job) {
  add_file(job.directory + "/shared");
  add_file(base::format("{}/chk-{}", job.directory, job.next++));
  if (chance(50)) job.running = false;
}

void SimulatedFlink::savepoint(const Job& job) {
  const std::string directory =
      base::format("{}/savepoints/savepoint-{}", world_.source(pick(sources_)), ++savepoint_number_);
  Retained taken{directory, {}, {}};
  for (size_t i = 0; i < job.live.size(); ++i) taken.own.push_back(add_file(directory));
  world_.snapshot(directory, taken.own, job.next);
  savepoints_.push_back(std::move(taken));
}

void SimulatedFlink::restore(const Retained& from, Claim claim) {
  Job job;
  job.directory = base::format("{}/cluster/job{}", world_.source(pick(sources_)), ++job_number_);
  job.keeps = 1 + pick(3);
  job.next = 1 + static_cast<int>(pick(50));
  test::make_directory(job.directory + "/shared");
  test::make_directory(job.directory + "/taskowned");
  if (claim != Claim::kNoClaim) job.live = from.shared;
  if (claim == Claim::kClaim) {
    // The snapshot is the new job's, which deletes it when it is subsumed.
    for (const Needed& file : from.shared) job.owned.insert(file.path);
    job.retained.push_back(from);
    for (Job& other : jobs_)
      std::erase_if(other.retained, [&](const Retained& one) { return one.directory == from.directory; });
    std::erase_if(savepoints_, [&](const Retained& one) { return one.directory == from.directory; });
  }
  jobs_.push_back(std::move(job));
  checkpoint(jobs_.back());
}

std::vector<std::string> SimulatedFlink::snapshots() const {
  std::vector<std::string> all;
  for (const Job& job : jobs_) {
    for (const Retained& retained : job.retained) all.push_back(retained.directory);
  }
  for (const Retained& savepoint : savepoints_) all.push_back(savepoint.directory);
  return all;
}

std::set<std::string> SimulatedFlink::jobs() const {
  std::set<std::string> all;
  for (const Job& job : jobs_) all.insert(job.directory);
  return all;
}

void SimulatedFlink::start_from(const std::string& directory, const std::vector<Needed>& files) {
  restore({directory, {}, files}, Claim::kLegacy);
}

void SimulatedFlink::forget(const std::string& directory) {
  const auto is_it = [&](const Retained& one) { return one.directory == directory; };
  for (Job& job : jobs_) std::erase_if(job.retained, is_it);
  std::erase_if(savepoints_, is_it);
}

void SimulatedFlink::step() {
  world_.pass(static_cast<int64_t>(1 + pick(48)) * 3600 * kSecond);
  if (jobs_.empty()) {
    start_job();
    return;
  }
  Job& job = jobs_[pick(jobs_.size())];
  const size_t what = pick(100);
  if (what < 50 && job.running) {
    checkpoint(job);
  } else if (what < 58 && job.running) {
    fail_checkpoint(job);
  } else if (what < 66 && job.running) {
    savepoint(job);
  } else if (what < 74) {
    job.running = false;
  } else if (what < 77) {
    start_job();
  } else if (what < 80) {
    const bool has_next = std::ranges::any_of(
        jobs_, [&](const Job& other) { return other.running && other.directory == job.directory; });
    if (!has_next) begin_again(Job(job));
  } else if (!job.running && !job.retained.empty()) {
    // The job must no longer run: its changes of its files would hurt jobs that share them.
    const Retained from = job.retained.back();
    restore(from, static_cast<Claim>(pick(3)));
  } else if (!savepoints_.empty()) {
    const Retained from = savepoints_[pick(savepoints_.size())];
    restore(from, static_cast<Claim>(pick(3)));
  }
}

}  // namespace checkpointfs::removal
