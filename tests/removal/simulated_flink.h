// SPDX-License-Identifier: Apache-2.0
// A model of Flink in what it writes and deletes: jobs that take incremental checkpoints, fail in the middle
// of them, take savepoints, are cancelled, and are restored from each other's snapshots in each claim mode.
// Some begin without state again under their old id, in the directory of the run before.
#pragma once

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "world.h"

namespace checkpointfs::removal {

class SimulatedFlink {
 public:
  SimulatedFlink(World& world, size_t sources, uint64_t seed)
      : world_(world), sources_(sources), random_(seed) {}

  // Lets time pass, then does one random act.
  void step();
  void start_job();

  // Directories of all snapshots that Flink believes to be there.
  std::vector<std::string> snapshots() const;
  // Snapshots that somebody else removed: no job starts from them, or deletes anything through them.
  void forget(const std::string& directory);
  // The number of times that a job began again under its old id.
  uint64_t second_runs() const { return second_runs_; }
  // The directories of all jobs, each once.
  std::set<std::string> jobs() const;
  // A job begins from a snapshot that Flink did not write, and needs its files from now on.
  void start_from(const std::string& directory, const std::vector<Needed>& files);

 private:
  enum class Claim { kNoClaim, kClaim, kLegacy };
  struct Retained {
    std::string directory;
    std::vector<Needed> own;
    std::vector<Needed> shared;
  };
  struct Job {
    std::string directory;
    bool running = true;
    int next = 1;
    size_t keeps = 1;                // retained checkpoints
    std::vector<Needed> live;        // the shared files of the state
    std::set<std::string> owned;     // shared files that it may delete
    std::vector<Retained> retained;  // the oldest first
    bool merges = false;             // file merging: many states in one file
  };
  size_t pick(size_t count) { return static_cast<size_t>(random_() % count); }
  bool chance(int percent) { return pick(100) < static_cast<size_t>(percent); }
  void checkpoint(Job& job);
  void fail_checkpoint(Job& job);
  void savepoint(const Job& job);
  void begin_again(const Job& job);
  void subsume(Job& job);
  void restore(const Retained& snapshot, Claim claim);
  Needed add_file(const std::string& directory);

  World& world_;
  const size_t sources_;
  std::mt19937_64 random_;
  std::vector<Job> jobs_;
  std::vector<Retained> savepoints_;
  int savepoint_number_ = 0;
  int job_number_ = 0;
  uint64_t second_runs_ = 0;
};

}  // namespace checkpointfs::removal
