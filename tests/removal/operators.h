// SPDX-License-Identifier: Apache-2.0
// Acts of people on a storage between removals: they pin, archive, link, copy and break.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "simulated_flink.h"

namespace checkpointfs::removal {

// The number of times that each act was done.
using Deeds = std::map<std::string, uint64_t>;

class Operators {
 public:
  Operators(World& world, SimulatedFlink& flink, size_t sources, uint64_t seed)
      : world_(world), flink_(flink), sources_(sources), random_(seed + 1) {}

  struct Pin {
    std::string source;
    std::string name;
    std::vector<Needed> files;
    std::string directory() const { return source + "/.checkpointfs/pins/" + name; }
  };

  void count(const std::string& what) { ++deeds_[what]; }
  const Deeds& deeds() const { return deeds_; }

  // Links are followed to a disk beside the sources, which a mapping leads to.
  void map_a_disk();
  // Moves a job to that disk, or into a source, and leaves a link in its place.
  void link_a_job();
  // Moves a job to where nobody follows; the result puts the job back. Null: there is no job.
  std::function<void()> move_behind_a_link();
  bool is_behind_a_link(const std::string& snapshot) const;
  // The path that Flink knows it by, which leads through a link.
  std::string as_named(const std::string& real) const;

  // Copies the metadata of a snapshot to where no projection shows it.
  void hide_a_copy(const std::set<std::string>& whole);
  // Removes a file of one of the snapshots, with its copy.
  void break_one(const std::set<std::string>& last);

  void pin(const std::set<std::string>& whole);
  void restore_a_pin();
  // A pin that exists.
  std::optional<Pin> any_pin();

  // The directory of a job or of a source.
  std::string part();

 private:
  size_t pick(size_t count) { return static_cast<size_t>(random_() % count); }
  std::string any_of(const std::set<std::string>& all);
  // A job that lies where it was made; "" if there is none.
  std::string any_job();

  World& world_;
  SimulatedFlink& flink_;
  const size_t sources_;
  std::mt19937_64 random_;
  Deeds deeds_;
  std::map<std::string, std::string> links_;  // by the real directory of a job
  std::vector<Pin> pins_;
  int number_ = 0;
};

}  // namespace checkpointfs::removal
