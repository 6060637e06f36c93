// SPDX-License-Identifier: Apache-2.0
// Keeps a mount like its sources: a thread that hears of changes, brings the index up to date, shows the
// new state, and has the kernel forget the old one.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "flink/rewrite.h"
#include "fs/cache_listener.h"
#include "fs/ending_thread.h"
#include "fs/mount_state.h"
#include "fs/shown.h"
#include "index/index.h"
#include "index/watcher.h"

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
  Follower(FollowOptions options, Shown& shown, MountState& state, CacheListener& kernel);
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
    std::set<index::Scope> scopes;
    std::vector<int64_t> suspects;
    bool empty() const { return !everything && scopes.empty() && suspects.empty(); }
  };

  void run();
  void arm();
  void sort_sources();
  void wait();
  void collect();
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
  void watch(const index::Scope& directory, int fd);

  const FollowOptions options_;
  Shown& shown_;
  MountState& state_;
  CacheListener& kernel_;
  base::UniqueFd wake_;  // eventfd

  // Of the thread only.
  std::unique_ptr<index::Watcher> watcher_;
  std::set<index::Scope> polled_;  // sources
  Due due_;
  std::set<index::Scope> in_progress_;
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
  std::optional<Clock::time_point> behind_since_;
  FollowStatus status_;

  EndingThread thread_;
};

}  // namespace checkpointfs::fs
