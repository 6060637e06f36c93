// SPDX-License-Identifier: Apache-2.0
// The mounts of this process's namespace, as /proc/self/mountinfo has them.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace checkpointfs::base {

struct MountedTree {
  std::string id;
  std::string device;  // "8:1", of the file system
  std::string root;    // the directory of the file system that is mounted
  std::string point;
  std::string options;        // of this mount: "ro,nosuid"
  std::string type;           // "ext4"
  std::string source;         // first column of mount(8)
  std::string super_options;  // of the file system: "user_id=0,allow_other"
};

// The mounts in a `table` with the format of the kernel's; the top ones are the last.
std::vector<MountedTree> mounts_in(std::istream& table);
std::vector<MountedTree> mounts();
// The mount that holds the file at `path`; nothing if it cannot be told.
std::optional<MountedTree> mount_of(const std::vector<MountedTree>& mounts, const std::string& path);

}  // namespace checkpointfs::base
