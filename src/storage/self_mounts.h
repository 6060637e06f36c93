// SPDX-License-Identifier: Apache-2.0
// Mounts of this program, which a scan must not enter: it would wait for itself.
#pragma once

#include <istream>
#include <set>
#include <string>

namespace checkpointfs::storage {

// Mount points of type fuse.checkpointfs; reads the format of /proc/self/mountinfo.
std::set<std::string> own_mounts(std::istream& mountinfo);

// The own mounts of this host that lie below `directory`, relative to it.
std::set<std::string> self_mounts_below(const std::string& directory);

}  // namespace checkpointfs::storage
