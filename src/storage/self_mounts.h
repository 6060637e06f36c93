// SPDX-License-Identifier: Apache-2.0
// Mounts of this program, which a scan must not enter: it would wait for itself.
#pragma once

#include <istream>
#include <set>
#include <string>

namespace checkpointfs::storage {

// The type of the mounts of this program, as the kernel tells it.
inline constexpr char kFileSystemType[] = "fuse.checkpointfs";

// Mount points of type kFileSystemType; reads the format of /proc/self/mountinfo.
std::set<std::string> own_mounts(std::istream& mountinfo);

// The own mounts of this host that lie below `directory`, relative to it.
std::set<std::string> self_mounts_below(const std::string& directory);

}  // namespace checkpointfs::storage
