// SPDX-License-Identifier: Apache-2.0
// Keeps a mount like its sources: a thread that hears of changes, brings the index up to date, shows the
// new state, and has the kernel forget the old one.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/threads/stoppable_thread.h"
#include "base/unique_fd.h"
#include "flink/rewrite.h"
#include "fs/follow/source_watch.h"
#include "fs/projection/cache_invalidator.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"
#include "fs/status/file_check.h"
#include "index/scan/scan.h"
#include "storage/types.h"
#include "storage/watcher.h"

namespace checkpointfs::fs {

struct FollowOptions {
  std::vector<std::string> sources;  // real paths
  std::string index_file;
  flink::Form form;
  std::string purpose;  // for the IndexLock: "mount at /mnt/x"
  // Every source is looked at that often; 0: none ever is, only changes of the index are followed. Nothing:
  // local ones are watched, the others are looked at as often as costs a twentieth of the time.
  std::optional<std::chrono::seconds> poll;
};

// Other mounts, and `checkpointfs index`, may change the same index meanwhile: whoever holds the IndexLock
// does, and what they change is followed as well.
class Follower {
 public:
  // REQUIRES: the references outlive it.
  Follower(FollowOptions options, CurrentProjection& shown, MountState& state, CacheInvalidator& kernel);
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // REQUIRES: the mount answers.
  void start();
  // Any thread. Returns whether the thread has ended: a store that hangs may keep it for ever, if it is the
  // only one.
  bool stop(std::chrono::milliseconds patience);

  // Looks at everything again. Any thread.
  void rescan();
  // The same, and at once at every file that snapshots need. Any thread.
  void rescan_with_files();
  // What the roots are is mounted anew: whatever is held open of them is opened again. Any thread.
  void reopen();
  // Opening this file (a row) failed: whoever needs it is looked at again. Any thread.
  void suspect(int64_t file);
  // SQLite found the index damaged while somebody read it. Any thread.
  void note_damage();

  FollowStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;

  // What is to be looked at.
  struct Due {
    bool everything = false;
    std::set<storage::Scope> scopes;
    std::vector<int64_t> suspects;
    std::vector<int64_t> state_files;
    bool empty() const { return !everything && scopes.empty() && suspects.empty() && state_files.empty(); }
  };

  void run();
  void arm();
  void sort_sources();
  // Whether changes have to be looked for; a root that does not answer tells of none. `type`: of the file
  // system.
  bool is_to_be_polled(const std::string& root, std::string* type);
  void wait();
  void collect();
  void collect_changes();
  // What happened to names a while ago: of those that the index knows the files are due.
  void look_up_names();
  // Watches the directories of state files that are not watched yet.
  void watch_state();
  // Whether roots are what they were.
  void look_at_sources();
  std::set<std::string> lost_roots() const;
  bool is_watchable(const storage::Root& root);
  void suspect_state_files(const std::vector<int64_t>& files);
  void update();
  // Scans what is due, and returns the projection of the index if it is not the one that is shown. REQUIRES:
  // the IndexLock is held.
  std::shared_ptr<Projection> scan();
  void scan_due();
  void show(std::shared_ptr<Projection> next);
  // Without it the log of the index would grow for as long as the mount lives.
  void shorten_log();
  bool is_index_changed();
  bool is_index_replaced();
  void check_sources();
  void fail(const std::string& why);
  void succeed();
  // "": there is none any more. REQUIRES: the mutex is held.
  void note_error(const std::string& why);
  void take(const index::ScanResult& result);

  // How often is looked whether another process has changed the index.
  static constexpr std::chrono::milliseconds kIndexInterval{500};
  static constexpr std::chrono::milliseconds kShortestPoll{1000};

  std::pair<dev_t, ino_t> identity_now() const;  // of the index
  void watch(const storage::Scope& directory, int fd);

  const FollowOptions options_;
  CurrentProjection& shown_;
  MountState& state_;
  CacheInvalidator& kernel_;
  base::UniqueFd wake_;  // eventfd

  // Of the thread only.
  SourceWatch source_watch_;
  std::unique_ptr<storage::Watcher> watcher_;
  std::set<storage::Scope> polled_;  // sources
  Due due_;
  // Flink deletes the files of a checkpoint together with its metadata, which is not to be taken for a loss.
  std::deque<std::pair<Clock::time_point, std::set<storage::Scope>>> named_;
  size_t names_ = 0;                       // of named_
  std::map<std::string, bool> watchable_;  // roots that are no sources
  bool mounts_changed_ = false;
  bool state_moved_ = true;       // directories of state files are to be watched anew
  bool is_state_watched_ = true;  // as far as their file systems tell of changes
  std::set<storage::Scope> in_progress_;
  Clock::time_point next_poll_ = Clock::time_point::max();
  Clock::time_point next_full_ = Clock::time_point::max();
  Clock::time_point next_retry_ = Clock::time_point::max();  // of snapshots in progress
  std::weak_ptr<Projection> shown_before_;
  Clock::time_point next_fold_;   // of the index's log, if that is long
  Clock::time_point not_before_;  // after failures
  std::chrono::milliseconds backoff_{0};
  std::unique_ptr<index::Reader> index_;  // sees every state of it
  std::pair<dev_t, ino_t> index_identity_;
  std::string failed_sources_;  // why; the others are followed
  bool made_anew_ = false;      // the index: no row is what it was

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  bool everything_ = false;
  bool reopen_ = false;
  bool damaged_ = false;
  std::vector<int64_t> suspects_;
  std::vector<int64_t> suspect_state_files_;
  std::optional<Clock::time_point> behind_since_;
  FollowStatus status_;

  FileCheck file_check_;
  base::StoppableThread thread_;
};

}  // namespace checkpointfs::fs
