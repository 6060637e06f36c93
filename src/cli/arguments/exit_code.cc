// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/exit_code.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/long_work.h"
#include "cli/output/messages.h"
#include "index/database/sqlite.h"

namespace checkpointfs::cli {
namespace {

constexpr std::array kMeanings = {
    ExitCodeMeaning{ExitCode::kOk, "ok", "success"},
    ExitCodeMeaning{ExitCode::kFailure, "failure", "any other failure, such as a full disk"},
    ExitCodeMeaning{ExitCode::kUsage, "usage", "the command line is wrong"},
    ExitCodeMeaning{ExitCode::kSource, "not_found",
                    "a source, snapshot or file on the command line does not exist"},
    ExitCodeMeaning{ExitCode::kMountPoint, "mount_point",
                    "the mount point cannot be used, or is not a mount of checkpointfs"},
    ExitCodeMeaning{ExitCode::kIndex, "index", "the index cannot be opened, is damaged, or is not an index"},
    ExitCodeMeaning{ExitCode::kInUse, "in_use", "another process has locked the index"},
    ExitCodeMeaning{ExitCode::kMount, "mount", "the kernel or libfuse refused the mount"},
    ExitCodeMeaning{ExitCode::kInput, "input",
                    "metadata cannot be read or rewritten; state, a manifest or a listing cannot be read"},
    ExitCodeMeaning{ExitCode::kNotNeeded, "not_needed", "refs: no snapshot needs the file"},
    ExitCodeMeaning{ExitCode::kBroken, "broken", "verify, pin: a snapshot or a copy is broken"},
    ExitCodeMeaning{
        ExitCode::kRefused, "refused",
        "rm, gc, unpin, trash: refused, because removal would not be safe; state: two snapshots cannot be compared"},
    ExitCodeMeaning{ExitCode::kHidden, "hidden", "state: values that cannot be read hide other entries"},
};

constexpr const char* kInUseAdvice = "; try again later, or use another index with --index";

}  // namespace

std::span<const ExitCodeMeaning> exit_codes() {
  return kMeanings;
}

ExitCode exit_code_of(base::FailureKind kind) {
  switch (kind) {
    case base::FailureKind::kUsage:
      return ExitCode::kUsage;
    case base::FailureKind::kSource:
      return ExitCode::kSource;
    case base::FailureKind::kMountPoint:
      return ExitCode::kMountPoint;
    case base::FailureKind::kIndex:
      return ExitCode::kIndex;
    case base::FailureKind::kInUse:
      return ExitCode::kInUse;
    case base::FailureKind::kMount:
      return ExitCode::kMount;
    case base::FailureKind::kInput:
      return ExitCode::kInput;
    case base::FailureKind::kBroken:
      return ExitCode::kBroken;
    case base::FailureKind::kRefused:
      return ExitCode::kRefused;
  }
  return ExitCode::kFailure;
}

Outcome outcome_of(const std::exception& error) {
  if (const auto* failure = dynamic_cast<const base::Failure*>(&error)) {
    const char* advice = failure->kind() == base::FailureKind::kInUse ? kInUseAdvice : "";
    const auto* of_path = dynamic_cast<const base::PathFailure*>(failure);
    return {exit_code_of(failure->kind()), base::printable(base::format("{}{}", failure->what(), advice)), 0,
            of_path == nullptr ? "" : of_path->path()};
  }
  if (dynamic_cast<const index::IndexError*>(&error) != nullptr) {
    return {ExitCode::kIndex, base::printable(error.what())};
  }
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return {ExitCode::kFailure, "out of memory; stop other programs and try again"};
  }
  if (const auto* interrupted = dynamic_cast<const Interrupted*>(&error)) {
    return {ExitCode::kFailure, base::printable(error.what()), interrupted->signal()};
  }
  return {ExitCode::kFailure, base::printable(error.what())};
}

void print_outcome(const Outcome& outcome) {
  if (outcome.signal != 0) return print_failure(128 + outcome.signal, "interrupted", outcome.message, {});
  const auto* const row = std::ranges::find(kMeanings, outcome.code, &ExitCodeMeaning::code);
  print_failure(static_cast<int>(outcome.code), row == kMeanings.end() ? "failure" : row->name,
                outcome.message, outcome.path);
}

}  // namespace checkpointfs::cli
