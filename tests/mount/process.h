// SPDX-License-Identifier: Apache-2.0
// Other programs, started and awaited with a limit of time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace checkpointfs::test {

using Milliseconds = std::chrono::milliseconds;

inline constexpr Milliseconds kLongEnough{60'000};

struct RunResult {
  int code = -1;  // exit code; 128 + signal; kTimedOut
  std::string out;
  std::string err;

  static constexpr int kTimedOut = -1;
};

// Prints for the messages of failed tests.
std::ostream& operator<<(std::ostream& out, const RunResult& result);

// A child process in its own process group, its output kept in memory. Killed at the end of the object's
// life.
class Process {
 public:
  // `argv[0]` is looked for in PATH. Throws std::system_error.
  explicit Process(const std::vector<std::string>& argv, const std::string& directory = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // The result, once it has ended; if that takes longer than `limit`, it is killed and the code is kTimedOut.
  RunResult wait(Milliseconds limit = kLongEnough);

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  base::UniqueFd out_;
  base::UniqueFd err_;
};

RunResult run(const std::vector<std::string>& argv, Milliseconds limit = kLongEnough);
RunResult run_in(const std::string& directory, const std::vector<std::string>& argv);

// Runs the program under test: CHECKPOINTFS in the environment.
RunResult checkpointfs(const std::vector<std::string>& arguments, Milliseconds limit = kLongEnough);
std::vector<std::string> checkpointfs_command(const std::vector<std::string>& arguments);

// True if the process `pid`, anybody's, ends within `limit`.
bool ends_within(pid_t pid, Milliseconds limit);

// True if PATH holds `program`.
bool have_program(const std::string& program);

}  // namespace checkpointfs::test
