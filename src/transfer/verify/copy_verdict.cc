// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/copy_verdict.h"

#include "base/text/message.h"

namespace checkpointfs::transfer {

std::string_view to_string(CopyProblem problem) {
  switch (problem) {
    case CopyProblem::kMissing:
      return "missing";
    case CopyProblem::kShort:
      return "short";
    case CopyProblem::kLong:
      return "long";
    case CopyProblem::kDifferent:
      return "different";
    case CopyProblem::kNotAFile:
      return "not a regular file";
    case CopyProblem::kUnreadable:
      return "unreadable";
  }
  return "unknown";
}

CopyFinding size_finding(const std::string& name, uint64_t expected, uint64_t found) {
  return {name, found < expected ? CopyProblem::kShort : CopyProblem::kLong,
          base::format("it has {} bytes, but {} in the manifest", found, expected)};
}

}  // namespace checkpointfs::transfer
