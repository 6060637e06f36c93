// SPDX-License-Identifier: Apache-2.0
// Who is inside of a directory without having it open.
#pragma once

#include <set>
#include <string>

namespace checkpointfs::fs {

// Working directories below the directory `path` of all processes that this one may look at, relative to it:
// others' can be seen by root only, and those of another mount namespace not at all. Nothing is asked of the
// file system that `path` lies on.
std::set<std::string> working_directories_below(const std::string& path);

}  // namespace checkpointfs::fs
