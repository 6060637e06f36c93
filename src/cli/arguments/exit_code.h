// SPDX-License-Identifier: Apache-2.0
// What the program tells its caller: one number, and one line on standard error.
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "base/errors.h"

namespace checkpointfs::cli {

// The numbers are promised in checkpointfs(1): never change one.
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
};

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view meaning;
};

// Every exit code with the words that the man page has for it, by number.
std::span<const ExitCodeMeaning> exit_codes();

ExitCode exit_code_of(base::FailureKind kind);

// What an exception means to the caller of the program.
struct Outcome {
  ExitCode code = ExitCode::kOk;
  std::string message;  // printable, one line, without "checkpointfs: "
};
Outcome outcome_of(const std::exception& error);

// "checkpointfs: <message>" on standard error.
void print_error(std::string_view message);

}  // namespace checkpointfs::cli
