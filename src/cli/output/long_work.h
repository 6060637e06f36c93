// SPDX-License-Identifier: Apache-2.0
// Work that may take long: its progress on the terminal, and an answer to Ctrl-C.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "cli/output/interrupts.h"
#include "cli/output/progress.h"

namespace checkpointfs::cli {

// SIGINT or SIGTERM ended the work. what() says how far the work is, and what one more run does.
class Interrupted : public std::runtime_error {
 public:
  Interrupted(int signal, const std::string& message) : std::runtime_error(message), signal_(signal) {}
  int signal() const { return signal_; }

 private:
  int signal_;
};

// Catches SIGINT and SIGTERM while it lives; an object within another one only shows progress. Not
// thread-safe.
class LongWork {
 public:
  // `what`, `noun`: as for Progress. `afterwards`: what is done then, and what one more run does.
  LongWork(const std::string& what, const std::string& noun, std::string afterwards);

  // Reports the progress. Throws Interrupted if a signal has come: REQUIRES that the work can end here.
  void update(uint64_t done, uint64_t total);
  // Throws as update().
  void end_if_interrupted();

 private:
  Interrupts interrupts_;
  Progress progress_;
  std::string what_;
  std::string noun_;
  std::string afterwards_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace checkpointfs::cli
