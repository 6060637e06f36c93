// SPDX-License-Identifier: Apache-2.0
// Limits the number of files that the program under test may have open.
#pragma once

#include <cstdlib>
#include <string>

#include "tests/support/files.h"

namespace checkpointfs::test {

// Limits the program to `files` open files for the life of the object.
class Limited {
 public:
  Limited(const std::string& script, int files) : program_(std::getenv("CHECKPOINTFS")) {
    write_file(script, "#!/bin/sh\nulimit -n " + std::to_string(files) + "\nexec " + program_ + " \"$@\"\n");
    stdfs::permissions(script, stdfs::perms::owner_all);
    ::setenv("CHECKPOINTFS", script.c_str(), 1);
  }
  ~Limited() { ::setenv("CHECKPOINTFS", program_.c_str(), 1); }
  Limited(const Limited&) = delete;
  Limited& operator=(const Limited&) = delete;

 private:
  const std::string program_;
};

}  // namespace checkpointfs::test
