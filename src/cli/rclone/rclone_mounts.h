// SPDX-License-Identifier: Apache-2.0
// Supervises the rclone processes that mount sources.
//
// A source "rclone:REMOTE:PATH" is mounted by `rclone mount` before checkpointfs looks at it. rclone_source.h
// parses the source, chooses its directory beneath private_directory.h and derives URI mappings from rclone's
// configuration; run_program.h starts rclone; this file restarts an rclone that ends and unmounts at the end.
// A lock file per remote keeps two processes of checkpointfs from starting rclone for one directory: the
// second process shares the mount of the first, and starts rclone itself once the first has ended.
// mounted_sources.h mounts the sources of other commands while they run. The folder relies on fs/mount for
// the mount table and on fs/status for the interface through which a mount reports its sources.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cli/rclone/rclone_source.h"
#include "fs/status/source_mounter.h"

namespace checkpointfs::cli {

// Creates the directory of the source and unmounts what a killed process left there; leaves the directory
// alone if a process has mounted it. Throws Failure(kSource).
void clear_rclone(const RcloneSource& source);

// Keeps the sources mounted while the object lives, and at most until this process ends. Restarts an rclone
// that ends, with exponential backoff.
class RcloneMounts : public fs::SourceMounter {
 public:
  enum class For {
    kLongMount,  // may live for days: ends without waiting for processes that share its rclone
    kCommand,  // waits at its end for commands that share its rclone, because they do not start rclone again
  };
  // Returns when all are mounted. Throws Failure(kSource) with the message of rclone.
  RcloneMounts(const std::vector<RcloneSource>& sources, For purpose);
  ~RcloneMounts() override;

  std::vector<Status> status() const override;
  void on_return(std::function<void()> tell) override;
  void refresh() override;

 private:
  class Mount;
  std::vector<std::unique_ptr<Mount>> mounts_;
};

}  // namespace checkpointfs::cli
