// SPDX-License-Identifier: Apache-2.0
// Changes a checkpoint storage as a running Flink does.
#pragma once

#include <deque>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/handmade.h"

namespace checkpointfs::test {

// The content of a state file of this name.
std::string bytes_of_state_file(const std::string& name);

// A job that takes incremental checkpoints and subsumes old ones, in the order in which Flink deletes.
class SimulatedJob {
 public:
  SimulatedJob(const Handmade& source, std::string name, size_t retained)
      : source_(source), name_(std::move(name)), retains_(retained) {}

  void checkpoint(std::mt19937& random);
  int checkpoints() const { return number_; }

 private:
  struct Checkpoint {
    std::string directory;
    std::set<std::string> files;
  };

  std::string path(const std::string& below) const { return name_ + "/" + below; }
  std::string handle(const std::string& file) const;
  void subsume();

  const Handmade& source_;
  const std::string name_;
  const size_t retains_;
  std::deque<std::string> live_;
  std::deque<Checkpoint> retained_;
  int number_ = 0;
  unsigned files_ = 0;
};

}  // namespace checkpointfs::test
