// SPDX-License-Identifier: Apache-2.0
// A thread that puts small files into the kernel's page cache shortly before they are read.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/threads/stoppable_thread.h"
#include "fs/io/page_cache.h"
#include "fs/io/read_predictor.h"
#include "fs/projection/current_projection.h"

namespace checkpointfs::fs {

// A separate thread is needed: a store waits for pages that the kernel is reading at the same time, and the
// threads that answer must not wait for each other. All functions but start() and stop() do nothing while the
// thread does not run.
class Prefetcher {
 public:
  // REQUIRES: both outlive it.
  Prefetcher(CurrentProjection& shown, PageCache& pages) : shown_(shown), pages_(pages) {}
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  void start();
  // Ends the thread for good. Any thread. Returns false if the thread has not ended in time: a store that
  // hangs may keep it. REQUIRES: the mount still answers, or is gone.
  bool stop(std::chrono::milliseconds patience);

  // The kernel opens or reads a small file whose bytes it did not have. Must be called before the answer, so
  // that misses come in the order in which a program makes them. Returns true if wake() must be called after
  // the answer. Any thread.
  bool missed(Inode file);
  // Lets the thread look at what was missed. Any thread.
  void wake() { changed_.notify_one(); }
  // A program begins to list this directory. Any thread.
  void listing(Inode directory);
  // The kernel knows all names of the directory. Any thread.
  void listed(Inode directory);

 private:
  // A file to be stored.
  struct Due {
    Inode inode = 0;
    std::optional<Projection::Place> place;  // nothing: a `_metadata`
  };
  // A directory, and its files to be stored.
  struct Reading {
    Inode directory = 0;
    ReadPredictor files;
    std::deque<Due> due;
  };

  void run();
  void drop_old_numbers();
  void follow(Inode file);
  // A directory will be read, in the order of the one that is read now: prepares its first files.
  void expect(Inode directory);
  void begin_expected(Inode directory);
  // False if a directory is read as predicted, and the one that follows it was not looked up yet.
  bool is_next_prepared() const;
  // Does nothing if it is too early, or if the program came to this directory in another order than was
  // foreseen.
  void prepare_next();
  // Null if the directory has too many files, or if it is too early for another one.
  std::unique_ptr<Reading> enter(Projection& projection, Inode directory);
  std::unique_ptr<Reading> enter_directory_of(Inode file);
  void add(Reading& reading, const std::vector<Inode>& batch);
  void note_use(bool is_useful);
  // Returns false if the kernel does not know the file.
  bool push(const Due& file);

  CurrentProjection& shown_;
  PageCache& pages_;
  base::StoppableThread thread_;
  std::atomic<bool> is_running_ = false;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  std::deque<Inode> misses_;
  size_t ignored_ = 0;          // misses to be ignored from now on
  std::deque<Inode> listings_;  // newest first
  // The directory before was read as predicted, so that the next one that is listed will be, too.
  bool expects_ = false;
  std::optional<Inode> expected_;  // is being listed
  std::optional<Inode> known_;     // is listed

  // Used by the thread only.
  PageCache::Numbering numbering_ = 0;  // by which reading_ and next_ were looked up
  std::unique_ptr<Reading> reading_;
  std::unique_ptr<Reading> next_;  // will be read next
  Inode prepared_after_ = 0;       // the directory for which prepare_next() was called last
  std::optional<Inode> foreseen_;  // the directory that follows that one
  std::chrono::steady_clock::time_point next_entry_;
  size_t useless_ = 0;  // misses in a row of which no order was known
};

}  // namespace checkpointfs::fs
