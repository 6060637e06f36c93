// SPDX-License-Identifier: Apache-2.0
// Runs this program itself in children, which read state: untrusted bytes, with RocksDB among the readers.
//
// A process with threads cannot go on in a fork, so a child executes the program. It is the program that runs
// now, also after a newer one was installed in its place.
#pragma once

#include <sys/types.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace checkpointfs::fs {

// Thread-safe.
class StateProgram {
 public:
  StateProgram();
  // Kills all children.
  ~StateProgram();
  StateProgram(const StateProgram&) = delete;
  StateProgram& operator=(const StateProgram&) = delete;

  struct Started {
    pid_t pid = -1;
    base::UniqueFd in;      // nothing is written; its end tells the child that this process has ended
    base::UniqueFd output;  // non-blocking, as is `errors`
    base::UniqueFd errors;
  };
  // Starts "checkpointfs <arguments>" in a process group of its own, in the directory "/". Throws
  // SystemError. REQUIRES: the child is given up in the end.
  Started start(const std::vector<std::string>& arguments);

  // The wait status of the child, once it has ended; not 0 if that is unknown. Never waits.
  std::optional<int> ended(pid_t child);
  // Kills the child if it has not ended; never waits.
  void give_up(pid_t child);
  // Kills all children, and each that is started later.
  void stop();

 private:
  enum class State { kWatched, kGivenUp };

  void watch(pid_t child);
  void collect();

  const base::UniqueFd program_;
  std::mutex mutex_;                 // guards what follows; held across calls that never wait
  std::map<pid_t, State> children_;  // not waited for yet
  bool stopped_ = false;
};

}  // namespace checkpointfs::fs
