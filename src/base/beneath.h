// SPDX-License-Identifier: Apache-2.0
// Opens files beneath a directory, whatever a hostile path says (openat2(2)).
#pragma once

#include <sys/stat.h>

#include <string>

#include "base/unique_fd.h"

namespace checkpointfs::base {

// Throws Failure(kMount) if the kernel has no openat2: nothing here works without it.
void require_openat2();

// Opens a directory for use as `directory` below; follows links of root and this user only. Throws
// SystemError.
UniqueFd open_directory(const std::string& path);

// Opens `path` (relative, no leading '/') beneath `directory` without leaving it and without following any
// symbolic link, with `flags` and O_CLOEXEC | O_NOCTTY | O_NONBLOCK. On failure the result is empty and errno
// is set: EXDEV: the path leaves the directory; ELOOP: a symbolic link is on the way.
UniqueFd try_open_beneath(int directory, const char* path, int flags);

// Does the same, and requires a regular file, else errno is EINVAL; `*st` receives its fstat.
UniqueFd try_open_regular_beneath(int directory, const char* path, struct stat* st);

// lstat beneath a directory, no link on the way followed. Returns 0 or an errno.
int stat_beneath(int directory, const char* path, struct stat* st);

}  // namespace checkpointfs::base
