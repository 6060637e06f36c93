// SPDX-License-Identifier: Apache-2.0
#include "canary.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "tests/support/files.h"

namespace checkpointfs::test {

Canary::Canary(const std::string& path)
    : path_(path), content_("canary of " + path), watch_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  write_file(path_, content_);
  if (::inotify_add_watch(watch_.get(), path_.c_str(), IN_OPEN | IN_ACCESS | IN_MODIFY) < 0) {
    throw std::system_error(errno, std::generic_category(), "watch " + path_);
  }
}

bool Canary::was_touched() const {
  char events[4096];
  bool touched = false;
  while (::read(watch_.get(), events, sizeof events) > 0) touched = true;
  return touched;
}

}  // namespace checkpointfs::test
