// SPDX-License-Identifier: Apache-2.0
// A Failure that is about one file or directory.
#pragma once

#include <string>
#include <utility>

#include "base/errors.h"

namespace checkpointfs::base {

class PathFailure : public Failure {
 public:
  // `message` names the path too, as people read it.
  PathFailure(FailureKind kind, const std::string& message, std::string path)
      : Failure(kind, message), path_(std::move(path)) {}
  // As the user or the system named it; not made printable.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace checkpointfs::base
