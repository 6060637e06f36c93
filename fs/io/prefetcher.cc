// SPDX-License-Identifier: Apache-2.0
#include "fs/io/prefetcher.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/log.h"
#include "fs/io/io_mode.h"

namespace checkpointfs::fs {
namespace {

constexpr size_t kListedDirectories = 8;
// There are more misses only while the thread waits for a store that hangs.
constexpr size_t kMostMisses = 1 << 16;
// Larger directories are not prefetched: a ReadPredictor takes about 40 bytes a file.
constexpr size_t kMostFiles = 1 << 18;

}  // namespace

void Prefetcher::start() {
  const std::lock_guard life(life_);
  thread_ = std::thread([this] { run(); });
}

void Prefetcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  const std::lock_guard life(life_);
  if (thread_.joinable()) thread_.join();
}

void Prefetcher::missed(Inode file) {
  {
    const std::lock_guard lock(mutex_);
    if (misses_.size() < kMostMisses) misses_.push_back(file);
  }
  changed_.notify_one();
}

void Prefetcher::listed(Inode directory) {
  const std::lock_guard lock(mutex_);
  std::erase(listed_, directory);
  listed_.push_front(directory);
  if (listed_.size() > kListedDirectories) listed_.pop_back();
}

void Prefetcher::run() {
  std::deque<Inode> misses;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !misses_.empty() || !due_.empty(); });
      if (stopping_) return;
      misses.swap(misses_);
    }
    try {
      for (const Inode file : misses) follow(file);
      misses.clear();
      if (due_.empty()) continue;
      const Projection::Located next = std::move(due_.front());
      due_.pop_front();
      push(next);
    } catch (const std::exception& e) {
      // The reader of the file gets the error.
      misses.clear();
      base::log_info(e.what());
    }
  }
}

void Prefetcher::follow(Inode file) {
  std::optional<ReadPredictor::Order> carried;
  if (!reading_ || !reading_->contains(file)) {
    if (reading_) carried = reading_->order();
    due_.clear();
    if (!enter_directory_of(file)) return;
  }
  std::vector<Inode> batch = reading_->missed(file, carried);
  if (!reading_->order()) due_.clear();
  std::erase_if(batch, [&](Inode inode) { return pages_.has(inode); });
  for (Projection::Located& found : shown_.get()->locate(batch)) due_.push_back(std::move(found));
}

bool Prefetcher::enter_directory_of(Inode file) {
  reading_.reset();
  const auto projection = shown_.get();
  const std::vector<Inode> directories = projection->directories_of(file);
  if (directories.empty()) return false;
  Inode entered = directories.front();
  {
    const std::lock_guard lock(mutex_);
    const auto recent = std::ranges::find_first_of(listed_, directories);
    if (recent != listed_.end()) entered = *recent;
  }
  std::vector<ReadPredictor::File> files;
  projection->list(entered, 0, [&](const Entry& entry, uint64_t) {
    if (S_ISREG(entry.attributes.mode)) files.push_back({entry.inode, entry.name});
    return files.size() <= kMostFiles;
  });
  if (files.size() > kMostFiles) return false;
  reading_ = std::make_unique<ReadPredictor>(std::move(files));
  return reading_->contains(file);
}

void Prefetcher::push(const Projection::Located& file) {
  if (file.place.length >= kLargeFile || pages_.has(file.inode) || !reading_ ||
      !reading_->is_ahead(file.inode))
    return;
  // The kernel may not know the files of this directory, or may have forgotten them.
  const auto opened =
      OpenFile::of_state_file(file.place.path, shown_.get()->open_range(file.place, file.place.path));
  if (!pages_.store(file.inode, *opened)) due_.clear();
}

}  // namespace checkpointfs::fs
