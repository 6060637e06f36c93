// SPDX-License-Identifier: Apache-2.0
// rclones that mount sources, watched over.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cli/rclone/rclone_source.h"
#include "fs/status/source_mounter.h"

namespace checkpointfs::cli {

// Makes the directory, without what a killed process left mounted there. Throws as RcloneMounts.
void clear_rclone(const RcloneSource& source);

// Mounted while it lives, or until this process ends in any way. An rclone that ends is started again, later
// each time.
class RcloneMounts : public fs::SourceMounter {
 public:
  // Returns when all are mounted; Throws
  // Failure(kSource) with what rclone says; Failure(kInUse): another process mounts one of them.
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
