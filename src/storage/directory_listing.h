// SPDX-License-Identifier: Apache-2.0
// The entries of one directory.
#pragma once

#include <dirent.h>

#include <functional>

#include "base/unique_fd.h"

namespace checkpointfs::storage {

// Calls `take` with an open descriptor of the directory and each entry, "." and ".." included; an errno that
// it returns ends the listing. Returns 0 or an errno.
int list_directory(base::UniqueFd directory, const std::function<int(int fd, const dirent& entry)>& take);

// Its DT_... in `*type`, also where the listing does not tell. Returns 0 or an errno.
int type_of(int fd, const dirent& entry, unsigned char* type);

// Is true if it is a directory itself, and no link to one.
bool is_directory(int fd, const dirent& entry);

}  // namespace checkpointfs::storage
