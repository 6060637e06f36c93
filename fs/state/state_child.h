// SPDX-License-Identifier: Apache-2.0
// A child that prints a text about state, and a reader of what it prints.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errors.h"
#include "fs/state/state_program.h"

namespace checkpointfs::fs {

// The child has ended with an error of its own: it was neither killed nor interrupted.
class StateRefusal : public base::SystemError {
 public:
  using SystemError::SystemError;
};

// Not thread-safe. The child is killed at the end of the object's life, which never waits for it.
class StateChild {
 public:
  using Clock = std::chrono::steady_clock;
  // True if nobody waits for the text any more: the caller of the mount was killed.
  using IsUnwanted = std::function<bool()>;

  // Throws SystemError. REQUIRES: `program` outlives it.
  StateChild(StateProgram& program, const std::vector<std::string>& arguments);
  ~StateChild();
  StateChild(const StateChild&) = delete;
  StateChild& operator=(const StateChild&) = delete;

  // The next piece of what the child prints; empty at the end. Throws SystemError: EIO with the last line of
  // its standard error if the child fails (StateRefusal unless a signal ended it), EIO after the deadline,
  // EINTR if the text is unwanted.
  std::string next(Clock::time_point deadline, const IsUnwanted& is_unwanted);

 private:
  void wait(Clock::time_point deadline, const IsUnwanted& is_unwanted) const;
  void read_errors();
  void check_ending(Clock::time_point deadline, const IsUnwanted& is_unwanted);
  void check_status() const;
  std::string last_line() const;

  StateProgram& program_;
  StateProgram::Started child_;
  std::string errors_;         // the end of what it has printed there
  std::optional<int> status_;  // its wait status, once it has ended
};

}  // namespace checkpointfs::fs
