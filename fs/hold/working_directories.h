// SPDX-License-Identifier: Apache-2.0
// The working directories of other processes, which are uses of a snapshot without an open file.
#pragma once

#include <set>
#include <string>

namespace checkpointfs::fs {

// Returns the working directories below the directory `path`, relative to it, of all processes that this one
// may inspect: only root sees those of other users, and nobody those of another mount namespace. Makes no
// request to the file system of `path`.
std::set<std::string> working_directories_below(const std::string& path);

}  // namespace checkpointfs::fs
