// SPDX-License-Identifier: Apache-2.0
// The exit code of the program, and the message that goes with it.
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "base/errors.h"

namespace checkpointfs::cli {

// checkpointfs(1) documents these numbers: never change one.
enum class ExitCode : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  kSource = 3,
  kMountPoint = 4,
  kIndex = 5,
  kInUse = 6,
  kMount = 7,
  kInput = 8,
  kNotNeeded = 9,
  kBroken = 10,
  kRefused = 11,
  kHidden = 12,
};

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view name;  // in JSON
  std::string_view meaning;
};

// Every exit code in order, with the same meaning as in checkpointfs(1).
std::span<const ExitCodeMeaning> exit_codes();

ExitCode exit_code_of(base::FailureKind kind);

// The exit code and message of an exception.
struct Outcome {
  ExitCode code = ExitCode::kOk;
  std::string message;    // printable, one line, without "checkpointfs: "
  int signal = 0;         // the signal that interrupted the command, and that should end the process
  std::string path = {};  // the file or directory that the message is about; "" if it is about none
};
Outcome outcome_of(const std::exception& error);

// Prints the message, see cli/output/messages.h.
void print_outcome(const Outcome& outcome);

}  // namespace checkpointfs::cli
