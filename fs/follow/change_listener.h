// SPDX-License-Identifier: Apache-2.0
// Hears of changes in the sources and collects what a scan must look at.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "fs/follow/directory_watches.h"
#include "fs/follow/follow_options.h"
#include "fs/follow/index_connections.h"
#include "fs/follow/shared_status.h"
#include "fs/follow/source_watch.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"
#include "fs/status/file_check.h"
#include "index/scan/scan_request.h"
#include "storage/types.h"

namespace checkpointfs::fs {

// The interval at which the index is checked for changes by other processes.
inline constexpr std::chrono::milliseconds kIndexInterval{500};

// The work for the next scan.
struct Due {
  bool everything = false;
  std::set<storage::Place> scopes;
  std::vector<int64_t> suspects;     // rows of files that could not be opened
  std::vector<int64_t> state_files;  // rows of state files that may have changed
  bool empty() const { return !everything && scopes.empty() && suspects.empty() && state_files.empty(); }
};

// State files to which something happened at `since`: names in their directories, and rows of files that a
// check found changed. Flink deletes the files of a checkpoint together with its metadata, in any order, so a
// loss is believed only a while later.
struct Settling {
  std::chrono::steady_clock::time_point since;
  std::set<storage::Place> names;
  std::vector<int64_t> files;
};

// Changes come from inotify, from polling, from the table of mounts, from the check of all state files, and
// from other threads that ask for a scan.
class ChangeListener {
 public:
  using Clock = std::chrono::steady_clock;

  // REQUIRES: the references outlive it.
  ChangeListener(const FollowOptions& options, IndexConnections& index, const CurrentProjection& shown,
                 MountState& state, SharedStatus& status);

  // Any thread:

  // Starts the check of state files. False: the system gives no thread.
  bool start() { return file_check_.start(); }
  // Ends that check. Returns whether it has ended: a store that hangs may keep its thread for ever.
  bool stop(std::chrono::milliseconds patience) { return file_check_.stop(patience); }
  // Ends wait().
  void wake();
  // Everything is due.
  void rescan();
  // The same, and every file that snapshots need is checked at once.
  void rescan_with_files();
  // Opening this file (a row) failed: the snapshots that need it are due.
  void suspect(int64_t file);
  FileCheckStatus file_check_status() const { return file_check_.status(); }

  // One thread, which scans:

  // Has everything watched be scanned once: the first scan adds the watches.
  void begin();
  // Waits for changes, wake(), the next poll or the next check of the index; if something is due already, for
  // `not_before` at the latest.
  void wait(Clock::time_point not_before);
  // Adds what was heard of since the last call to due().
  void collect();
  // Checks whether the roots are what they were. Returns whether a lost one is back.
  bool look_at_sources();
  // Adds the state files to due() to which something happened a while ago.
  void add_settled();
  // Watches the directories of state files, if they may have changed since the last call.
  void watch_state_files();

  Due& due() { return due_; }
  bool any_watched() const { return watches_.any_watched(); }
  // A scan has entered a directory that is open as `fd`: it is watched from now on. REQUIRES: any_watched().
  void watch(const storage::Place& directory, int fd);
  // A scan of all that was due has ended.
  void note_scan(const index::ScanResult& result, std::chrono::milliseconds took);
  // The index has changed, so its state files may lie in other directories.
  void note_shown() { state_moved_ = true; }

 private:
  void collect_watched();
  void suspect_state_files(const std::vector<int64_t>& files);

  const FollowOptions& options_;
  IndexConnections& index_;
  const CurrentProjection& shown_;
  MountState& state_;
  SharedStatus& status_;
  base::UniqueFd wake_;  // eventfd

  // Used by the scanning thread only.
  SourceWatch source_watch_;
  DirectoryWatches watches_;
  Due due_;
  std::deque<Settling> settling_;
  size_t names_ = 0;                      // in settling_
  bool mounts_changed_ = false;           // the table of mounts
  bool state_moved_ = true;               // directories of state files may have to be watched anew
  std::set<storage::Place> in_progress_;  // snapshots
  Clock::time_point next_poll_ = Clock::time_point::max();
  Clock::time_point next_full_ = Clock::time_point::max();
  Clock::time_point next_retry_ = Clock::time_point::max();  // of in_progress_

  std::mutex mutex_;  // guards what follows; never held across a system call
  bool everything_ = false;
  std::vector<int64_t> suspects_;
  std::vector<int64_t> suspect_state_files_;

  FileCheck file_check_;
};

}  // namespace checkpointfs::fs
