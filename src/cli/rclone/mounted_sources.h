// SPDX-License-Identifier: Apache-2.0
// Mounts the sources "rclone:REMOTE:PATH" of a command line while the command runs.
#pragma once

#include <memory>

#include "cli/arguments/command.h"
#include "cli/rclone/rclone_mounts.h"

namespace checkpointfs::cli {

// Replaces each source of the invocation by the directory where it is mounted, and adds its mappings. A
// source may also be the URI of a store, see remote_of_uri.h: "s3://bucket/flink". Uses a mount that another
// process has. A snapshot or a file ("rclone:gw:bucket/flink/<job>/chk-7") is found in the store of --source,
// in a store around it that is mounted, or else in the storage that its path tells.
class MountedSources {
 public:
  enum class Operands {
    kSources,  // each is mounted as it is
    kFiles,    // snapshots or files, in a store around them
  };
  // Looks at the first `count` operands, and at --source. Throws as RcloneMounts.
  MountedSources(Invocation& invocation, size_t count, Operands operands);

 private:
  std::unique_ptr<RcloneMounts> mounts_;
};

}  // namespace checkpointfs::cli
