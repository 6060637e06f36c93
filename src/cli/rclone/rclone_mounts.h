// SPDX-License-Identifier: Apache-2.0
// Supervises the rclone processes that mount sources.
//
// A source "rclone:REMOTE:PATH" is mounted by `rclone mount` before checkpointfs looks at it. rclone_source.h
// parses the source, chooses its directory beneath private_directory.h and derives URI mappings from rclone's
// configuration; run_program.h starts rclone; this file restarts an rclone that ends and unmounts at the end.
// A lock file per remote keeps two processes of checkpointfs from one directory. The folder relies on
// fs/mount for the mount table and on fs/status for the interface through which a mount reports its sources.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cli/rclone/rclone_source.h"
#include "fs/status/source_mounter.h"

namespace checkpointfs::cli {

// Creates the directory of the source and unmounts what a killed process left there. Throws as RcloneMounts.
void clear_rclone(const RcloneSource& source);

// Keeps the sources mounted while the object lives, and at most until this process ends. Restarts an rclone
// that ends, with exponential backoff.
class RcloneMounts : public fs::SourceMounter {
 public:
  // Returns when all are mounted. Throws Failure(kSource) with the message of rclone, Failure(kInUse) if
  // another process has mounted one of them.
  explicit RcloneMounts(const std::vector<RcloneSource>& sources);
  ~RcloneMounts() override;

  std::vector<Status> status() const override;
  void on_return(std::function<void()> tell) override;
  void refresh() override;

 private:
  class Mount;
  std::vector<std::unique_ptr<Mount>> mounts_;
};

}  // namespace checkpointfs::cli
