// SPDX-License-Identifier: Apache-2.0
#include "fs/io/prefetcher.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "fs/io/io_mode.h"

namespace checkpointfs::fs {
namespace {

constexpr size_t kListings = 8;
// There are more misses only while the thread waits for a store that hangs.
constexpr size_t kMostMisses = 1 << 16;
// Larger directories are not prefetched: a ReadPredictor takes about 40 bytes a file.
constexpr size_t kMostFiles = 1 << 18;
// The thread lists directories for a small part of its time only: many readers may be in as many directories.
constexpr int kRestAfterEntry = 8;
// From so many misses in a row on of which no order is known, as many are ignored as there were: each would
// wake the thread.
constexpr size_t kUselessMisses = 32;
constexpr size_t kMostIgnored = 1024;

bool is_metadata(Inode inode) {
  return !is_control(inode) && node_of(inode).kind == index::NodeKind::kMetadata;
}

}  // namespace

void Prefetcher::start() {
  is_running_ = thread_.start("prefetcher", [this] { run(); });
}

bool Prefetcher::stop(std::chrono::milliseconds patience) {
  is_running_ = false;
  return thread_.stop(patience, [this] {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  });
}

bool Prefetcher::missed(Inode file) {
  if (!is_running_) return false;
  const std::lock_guard lock(mutex_);
  if (ignored_ > 0) {
    --ignored_;
    return false;
  }
  if (misses_.size() < kMostMisses) misses_.push_back(file);
  return true;
}

void Prefetcher::listing(Inode directory) {
  if (!is_running_) return;
  {
    const std::lock_guard lock(mutex_);
    std::erase(listings_, directory);
    listings_.push_front(directory);
    if (listings_.size() > kListings) listings_.pop_back();
    if (!expects_) return;
    expected_ = directory;
  }
  changed_.notify_one();
}

void Prefetcher::listed(Inode directory) {
  if (!is_running_) return;
  {
    const std::lock_guard lock(mutex_);
    if (!expects_) return;
    known_ = directory;
  }
  changed_.notify_one();
}

void Prefetcher::run() {
  std::deque<Inode> misses;
  for (;;) {
    std::optional<Inode> expected;
    std::optional<Inode> known;
    {
      std::unique_lock lock(mutex_);
      expects_ = reading_ && reading_->files.is_confirmed();
      const auto has_work = [&] {
        return stopping_ || !misses_.empty() || expected_ || known_ || (reading_ && !reading_->due.empty());
      };
      if (!is_next_prepared()) {
        changed_.wait_until(lock, next_entry_, has_work);
      } else {
        changed_.wait(lock, has_work);
      }
      if (stopping_) return;
      misses.swap(misses_);
      expected = std::exchange(expected_, std::nullopt);
      known = std::exchange(known_, std::nullopt);
    }
    try {
      drop_old_numbers();
      for (const Inode file : misses) follow(file);
      misses.clear();
      if (expected) expect(*expected);
      if (known) begin_expected(*known);
      if (!reading_) continue;
      if (reading_->due.empty()) {
        if (!is_next_prepared()) prepare_next();
        continue;
      }
      const Due next = std::move(reading_->due.front());
      reading_->due.pop_front();
      // The kernel may have forgotten the files of this directory.
      if (!push(next)) reading_->due.clear();
    } catch (const std::exception& e) {
      // The reader of the file gets the error.
      misses.clear();
      base::log_info(e.what());
    }
  }
}

void Prefetcher::drop_old_numbers() {
  const PageCache::Numbering before = std::exchange(numbering_, pages_.numbering());
  if (before == numbering_) return;
  reading_.reset();
  next_.reset();
}

void Prefetcher::follow(Inode file) {
  std::optional<ReadPredictor::Order> carried;
  if (!reading_ || !reading_->files.contains(file)) {
    if (next_ && next_->files.contains(file)) {
      reading_ = std::move(next_);
    } else {
      if (reading_) carried = reading_->files.order();
      reading_ = enter_directory_of(file);
      if (!reading_) return note_use(false);
    }
  }
  const std::vector<Inode> batch = reading_->files.missed(file, carried);
  if (!reading_->files.order()) reading_->due.clear();
  note_use(reading_->files.order().has_value());
  add(*reading_, batch);
}

void Prefetcher::note_use(bool is_useful) {
  useless_ = is_useful ? 0 : std::min(useless_ + 1, kMostIgnored);
  const std::lock_guard lock(mutex_);
  if (useless_ >= kUselessMisses) ignored_ = useless_;
}

void Prefetcher::expect(Inode directory) {
  if (next_ && next_->directory == directory) return;
  next_.reset();
  if (!reading_ || !reading_->files.is_confirmed() || reading_->directory == directory) return;
  next_ = enter(*shown_.get(), directory);
  if (next_) add(*next_, next_->files.begin(*reading_->files.order()));
}

bool Prefetcher::is_next_prepared() const {
  return !reading_ || !reading_->files.is_confirmed() || prepared_after_ == reading_->directory;
}

void Prefetcher::prepare_next() {
  if (std::chrono::steady_clock::now() < next_entry_) return;
  prepared_after_ = reading_->directory;
  const auto next = directory_after(*shown_.get(), reading_->directory);
  const auto foreseen = std::exchange(foreseen_, next);
  if (!next || (foreseen && foreseen != reading_->directory)) return;
  expect(*next);
  if (!next_) return;
  // Opening a `_metadata` rewrites it, and the text is kept for a while.
  for (const Due& due : next_->due) {
    if (!due.place) shown_.get()->open(due.inode);
  }
}

void Prefetcher::begin_expected(Inode directory) {
  if (next_ && next_->directory == directory) reading_ = std::move(next_);
}

std::unique_ptr<Prefetcher::Reading> Prefetcher::enter(Projection& projection, Inode directory) {
  const auto began = std::chrono::steady_clock::now();
  if (began < next_entry_) return nullptr;
  std::vector<ReadPredictor::File> files;
  projection.list(directory, 0, [&](const Entry& entry, uint64_t) {
    if (S_ISREG(entry.attributes.mode) && entry.attributes.size < kLargeFile)
      files.push_back({entry.inode, entry.name});
    return files.size() <= kMostFiles;
  });
  std::unique_ptr<Reading> entered;
  if (files.size() <= kMostFiles)
    entered = std::make_unique<Reading>(Reading{directory, ReadPredictor(std::move(files)), {}});
  const auto ended = std::chrono::steady_clock::now();
  next_entry_ = ended + kRestAfterEntry * (ended - began);
  return entered;
}

std::unique_ptr<Prefetcher::Reading> Prefetcher::enter_directory_of(Inode file) {
  const auto projection = shown_.get();
  const std::vector<Inode> directories = projection->directories_of(file);
  if (directories.empty()) return nullptr;
  Inode entered = directories.front();
  {
    const std::lock_guard lock(mutex_);
    const auto recent = std::ranges::find_first_of(listings_, directories);
    if (recent != listings_.end()) entered = *recent;
  }
  auto reading = enter(*projection, entered);
  if (reading && !reading->files.contains(file)) reading.reset();
  return reading;
}

void Prefetcher::add(Reading& reading, const std::vector<Inode>& batch) {
  std::vector<Inode> state_files;
  for (const Inode inode : batch) {
    if (pages_.has(inode)) continue;
    if (is_metadata(inode)) {
      reading.due.push_back({inode, std::nullopt});
    } else {
      state_files.push_back(inode);
    }
  }
  for (Projection::Located& found : shown_.get()->locate(state_files))
    reading.due.push_back({found.inode, std::move(found.place)});
}

bool Prefetcher::push(const Due& file) {
  if (pages_.has(file.inode) || !reading_->files.is_ahead(file.inode)) return true;
  const auto projection = shown_.get();
  if (!file.place) return pages_.store_ahead(file.inode, *projection->open(file.inode), numbering_);
  if (file.place->length >= kLargeFile) return true;
  const auto opened =
      OpenFile::of_state_file(file.place->path, projection->open_range(*file.place, file.place->path));
  return pages_.store_ahead(file.inode, *opened, numbering_);
}

}  // namespace checkpointfs::fs
