// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM as a flag, so that work can end at a good place.
#pragma once

#include <signal.h>

#include <atomic>

namespace checkpointfs::cli {

// Catches the first of these signals; a second one ends the process at once. One object at a time.
class Interrupts {
 public:
  Interrupts();
  // Restores the previous actions.
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // True once a signal has come.
  static const std::atomic<bool>& flag();
  // Ends the process by the signal that has come, as the caller of the process expects.
  void end_as_signalled();

 private:
  void restore();

  struct sigaction int_ = {};
  struct sigaction term_ = {};
};

}  // namespace checkpointfs::cli
