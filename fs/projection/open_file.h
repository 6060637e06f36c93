// SPDX-License-Identifier: Apache-2.0
// A file of the projection that somebody has open.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/errors.h"
#include "base/unique_fd.h"
#include "fs/projection/inode.h"
#include "fs/status/store_limiter.h"

namespace checkpointfs::fs {

class Hold;

// A state file is not, or no longer, as it was when it was indexed.
class FileChanged : public base::SystemError {
 public:
  explicit FileChanged(const std::string& message) : SystemError(EIO, message) {}
};

// It has the size that it had, but was written to or replaced: it is another file, and soon has an inode of
// its own.
class FileRewritten : public FileChanged {
 public:
  using FileChanged::FileChanged;
};

// Text that is made while it is read, from its start to its end.
class TextSource {
 public:
  TextSource() = default;
  virtual ~TextSource() = default;
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;
  // The next piece; empty at the end.
  virtual std::string next() = 0;
  virtual void restart() = 0;
};

// Any range of such a text. Reading on is cheap, and so is going back a little, as when the kernel reads
// ahead with several threads; going back further makes it again. Thread-safe.
class StreamedText {
 public:
  explicit StreamedText(std::unique_ptr<TextSource> source) : source_(std::move(source)) {}
  // Shorter than `size` at the end only.
  std::string read(uint64_t offset, size_t size);
  // Makes all of it.
  uint64_t size();

 private:
  static constexpr uint64_t kKeptBehind = 2 << 20;  // bytes

  void restart();

  std::mutex mutex_;
  std::unique_ptr<TextSource> source_;
  uint64_t start_ = 0;  // of kept_, in the text
  std::string kept_;
};

// Either a range of a state file (`fd`), or bytes that exist in memory only (`text`), or not even there
// (`stream`).
struct OpenFile {
  std::unique_ptr<StreamedText> stream;
  bool is_live = false;      // `text` is of this moment: its size is known to nobody before
  int64_t made_at_ns = 0;    // since the epoch, if is_live and told as the file's time
  Inode passed_through = 0;  // the kernel reads this inode by itself
  std::shared_ptr<const std::string> text;
  base::UniqueFd fd;
  StoreLimiter::Store* store = nullptr;  // in which `fd` is: what reads or closes it must be there
  uint64_t start = 0;                    // in the state file, bytes
  uint64_t length = 0;                   // bytes that can be read
  // Of the state file when it was indexed; see changed().
  uint64_t file_size = 0;
  int64_t file_mtime_ns = 0;
  std::string name;                                // for messages
  std::vector<std::shared_ptr<const Hold>> holds;  // that last as long as it is open

  // Whoever opened or read it hands it to the kernel, by the answer, and that to others that read or close
  // it: an order that nobody but the kernel knows of.
  void hand_over() const { handed_over.fetch_add(1, std::memory_order_release); }
  void take_over() const { static_cast<void>(handed_over.load(std::memory_order_acquire)); }
  mutable std::atomic<uint32_t> handed_over = 0;

  // How many bytes a read of `size` at `offset` yields.
  uint64_t readable(uint64_t offset, uint64_t size) const {
    return offset >= length ? 0 : std::min(size, length - offset);
  }

  // REQUIRES: no stream.
  // `length` bytes from `at` on, in `buffer` or in `text`, which must live as long as they are used. State
  // files never change. One that does is damaged: that must be an error, as nobody is to get bytes of two
  // files, and the kernel would take a short read for the end of the file; so it is looked at when the bytes
  // are here, out of reach of whoever overwrites them. Throws FileChanged, SystemError.
  std::string_view read(uint64_t at, uint64_t length, std::vector<char>& buffer) const;
  std::string_view read_all(std::vector<char>& buffer) const { return read(0, length, buffer); }

  // Why bytes that are read of the state file now may not be those that were indexed; "" if they are. A file
  // that grew may be one that Flink merges others into: of that a segment stays as it is.
  std::string changed() const;
};

// Owns the files that the kernel has open. Those that it has not closed when the mount ends (it need not
// tell) are closed with this. Thread-safe.
class OpenFiles {
 public:
  // REQUIRES: before add(). How many state files may be open; as many as one likes, unless it is called.
  void allow(size_t most) { most_ = most; }

  // The pointer is good until close(). Throws SystemError if there are too many.
  OpenFile* add(std::unique_ptr<OpenFile> file);

  void close(OpenFile* file) {
    std::unique_ptr<OpenFile> closed;  // outside of the lock
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(file);
    if (found == files_.end()) return;
    closed = std::move(found->second);
    if (closed->fd) --state_files_;
    files_.erase(found);
  }

  size_t count() const {
    const std::lock_guard lock(mutex_);
    return files_.size();
  }

 private:
  size_t most_ = SIZE_MAX;
  mutable std::mutex mutex_;  // guards what follows
  size_t state_files_ = 0;    // of files_
  std::unordered_map<const OpenFile*, std::unique_ptr<OpenFile>> files_;
};

}  // namespace checkpointfs::fs
