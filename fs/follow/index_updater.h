// SPDX-License-Identifier: Apache-2.0
// Brings the index up to date, shows the new projection, and has the kernel forget what is no longer so.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "fs/follow/change_listener.h"
#include "fs/follow/follow_options.h"
#include "fs/follow/index_connections.h"
#include "fs/follow/shared_status.h"
#include "fs/projection/cache_invalidator.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"
#include "index/scan/scan_request.h"

namespace checkpointfs::fs {

// Other mounts, and `checkpointfs index`, may change the same index: the holder of the IndexLock does, and
// its changes are shown as well.
class IndexUpdater {
 public:
  using Clock = std::chrono::steady_clock;

  // REQUIRES: the references outlive it.
  IndexUpdater(const FollowOptions& options, IndexConnections& index, ChangeListener& listener,
               CurrentProjection& shown, MountState& state, CacheInvalidator& kernel, SharedStatus& status);

  // The next update opens the sources again, whatever the index says. Any thread.
  void reopen() { reopen_ = true; }
  // The next update makes the index anew, because SQLite found it damaged. Any thread.
  void note_damage() { damaged_ = true; }

  // One thread:

  // Scans what is due, or shows what another process has changed in the index; does nothing if there is
  // neither. An error is logged and kept in the status, and what is due stays so.
  void update();
  // The earliest time of the next update: after a failure it is later each time.
  Clock::time_point not_before() const { return not_before_; }

 private:
  bool is_index_changed();
  // Scans what is due, and returns the projection of the index if it is not the one that is shown. REQUIRES:
  // the IndexLock is held.
  std::shared_ptr<Projection> scan();
  void scan_due();
  // Throws Failure(kIndex) if the index is one of other sources.
  void check_sources();
  void note_result(const index::ScanResult& result);
  void show(std::shared_ptr<Projection> next);
  // Folds the log of the index if it is long; else it would grow for as long as the mount lives.
  void shorten_log();
  void fail(const std::string& why);
  void succeed();
  void log_error(const std::string& why) const;

  const FollowOptions& options_;
  IndexConnections& index_;
  ChangeListener& listener_;
  CurrentProjection& shown_;
  MountState& state_;
  CacheInvalidator& kernel_;
  SharedStatus& status_;
  std::atomic<bool> reopen_ = false;
  std::atomic<bool> damaged_ = false;

  // Used by the updating thread only.
  std::weak_ptr<Projection> shown_before_;
  Clock::time_point next_fold_;   // of the log, if it is long
  Clock::time_point not_before_;  // after failures
  std::chrono::milliseconds backoff_{0};
  std::string failed_sources_;  // why; the others are followed
  bool made_anew_ = false;      // the index: no row is what it was
  int64_t last_id_ = 0;         // of all indexes that this mount has shown
};

}  // namespace checkpointfs::fs
