// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/private_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::cli {

void make_private(const std::string& path) {
  using base::Failure;
  using base::FailureKind;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Failure(FailureKind::kSource, base::SystemError(errno, "cannot create directory", path).what());
  }
  struct stat st = {};
  if (::lstat(path.c_str(), &st) != 0)
    throw Failure(FailureKind::kSource, base::SystemError(errno, "cannot stat", path).what());
  // Another user may have created it, in /tmp.
  if (!S_ISDIR(st.st_mode) || st.st_uid != ::geteuid() || (st.st_mode & 077) != 0) {
    throw Failure(
        FailureKind::kSource,
        base::format(
            "{} is not a directory that only you can enter; remove it, or give it to yourself with mode 0700",
            path));
  }
}

std::string private_directory() {
  std::string path;
  const char* const given = std::getenv("RUNTIME_DIRECTORY");
  const char* const session = std::getenv("XDG_RUNTIME_DIR");
  if (given != nullptr && given[0] == '/') {
    path = std::string(given).substr(0, std::string(given).find(':'));
    path += "/private";  // by default, systemd's own directory is open to all users
  } else if (::geteuid() == 0) {
    path = "/run/checkpointfs";
  } else if (session != nullptr && session[0] == '/') {
    path = std::string(session) + "/checkpointfs";
  } else {
    path = base::format("/tmp/checkpointfs-{}", ::geteuid());
  }
  make_private(path);
  return path;
}

}  // namespace checkpointfs::cli
