// SPDX-License-Identifier: Apache-2.0
// A thread that puts small files into the kernel's page cache shortly before they are read.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "fs/io/page_cache.h"
#include "fs/io/read_predictor.h"
#include "fs/projection/current_projection.h"

namespace checkpointfs::fs {

// A separate thread is needed: a store waits for pages that the kernel is reading at the same time, and the
// threads that answer must not wait for each other.
class Prefetcher {
 public:
  // REQUIRES: both outlive it.
  Prefetcher(CurrentProjection& shown, PageCache& pages) : shown_(shown), pages_(pages) {}
  ~Prefetcher() { stop(); }
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  void start();
  // Ends the thread for good; waits for the store that is under way. Any thread. REQUIRES: the mount still
  // answers, or is gone.
  void stop();

  // A cache miss: the kernel reads this file. Any thread.
  void missed(Inode file);
  // A program began to list this directory. Any thread.
  void listed(Inode directory);

 private:
  void run();
  void follow(Inode file);
  bool enter_directory_of(Inode file);
  void push(const Projection::Located& file);

  CurrentProjection& shown_;
  PageCache& pages_;
  std::mutex life_;  // guards thread_
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::deque<Inode> misses_;
  std::deque<Inode> listed_;  // newest first

  // Used by the thread only.
  std::unique_ptr<ReadPredictor> reading_;
  std::deque<Projection::Located> due_;
};

}  // namespace checkpointfs::fs
