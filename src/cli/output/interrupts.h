// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM as a flag, so that work can end at a good place.
#pragma once

#include <signal.h>

#include <atomic>

namespace checkpointfs::cli {

// Catches the first of these signals; a second one ends the process at once. An object within another one
// changes nothing.
class Interrupts {
 public:
  Interrupts();
  // Restores the previous actions.
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // True once a signal has come.
  static const std::atomic<bool>& flag();
  // Returns the signal that has come.
  static int signal();

 private:
  bool is_outermost_;
  struct sigaction int_ = {};
  struct sigaction term_ = {};
};

// Ends the process by `signal`, as its caller expects. REQUIRES: no object of Interrupts lives.
[[noreturn]] void end_by_signal(int signal);

}  // namespace checkpointfs::cli
