// SPDX-License-Identifier: Apache-2.0
// The open files of a mount.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/errors.h"
#include "base/unique_fd.h"
#include "fs/projection/inode.h"
#include "fs/state/streamed_text.h"
#include "fs/status/store_limiter.h"

namespace checkpointfs::fs {

class Hold;

// The state file is not as it was when it was indexed.
class FileChanged : public base::SystemError {
 public:
  explicit FileChanged(const std::string& message) : SystemError(EIO, message) {}
};

// The file has the indexed size, but was written to or replaced: it is another file, which the next scan
// gives an inode of its own.
class FileRewritten : public FileChanged {
 public:
  using FileChanged::FileChanged;
};

// A range of bytes of an open state file.
struct StateFileRange {
  base::UniqueFd fd;
  StoreLimiter::Store* store = nullptr;  // of `fd`: a thread must have entered it to read or to close
  uint64_t start = 0;                    // in the state file, bytes
  uint64_t length = 0;                   // bytes
  // The state file, when it was indexed:
  uint64_t file_size = 0;
  int64_t file_mtime_ns = 0;

  bool is_whole() const { return start == 0 && length == file_size; }
  // Reads `size` bytes from `at` on into `buffer`, and sees to it that they are those that were indexed: a
  // state file never changes, so one that did is damaged. It must be an error, as bytes of two files must
  // never be mixed, and the kernel would take a short read for the end of the file. So the file is looked at
  // after the bytes are in the buffer, where no writer can reach them. Throws FileChanged, SystemError.
  std::string_view read(uint64_t at, uint64_t size, std::vector<char>& buffer, const std::string& name) const;
  // The reason why bytes that are read now may not be those that were indexed; "" if there is none. Flink may
  // append to a file into which it merges others; the segments in it stay as they are. Throws SystemError.
  std::string changed(const std::string& name) const;
};

// A file of the projection that is open. It is made by one of the functions `of_...`, which decide where its
// bytes come from.
class OpenFile {
 public:
  using Text = std::shared_ptr<const std::string>;

  // `name`: for messages, of all four.
  static std::unique_ptr<OpenFile> of_state_file(std::string name, StateFileRange range);
  // A text whose size is known before it is opened.
  static std::unique_ptr<OpenFile> of_text(std::string name, Text text);
  // A text that was made now, so that its size was not known before.
  static std::unique_ptr<OpenFile> of_live_text(std::string name, std::string text);
  // A text that is made while it is read. `store`: which a thread must have entered to read it; may be null.
  static std::unique_ptr<OpenFile> of_stream(std::string name, std::unique_ptr<TextSource> source,
                                             StoreLimiter::Store* store = nullptr);

  const std::string& name() const { return name_; }
  // Null if the file is of another kind.
  const StateFileRange* state_file() const { return std::get_if<StateFileRange>(&bytes_); }
  StreamedText* stream() const;
  Text text() const;
  // The time at which a live text was made, ns since the epoch; nothing for other kinds.
  std::optional<int64_t> made_at_ns() const;
  // True if the size was known before the file was opened.
  bool is_sized() const { return stream() == nullptr && !made_at_ns(); }
  // The store that a thread must have entered to read the file; null if it needs none.
  StoreLimiter::Store* store() const;
  // Likewise to close it.
  StoreLimiter::Store* store_to_close() const;

  // REQUIRES for the functions up to changed(): no stream.
  // The number of bytes that can be read.
  uint64_t length() const;
  // The number of bytes that a read of `size` at `offset` yields.
  uint64_t readable(uint64_t offset, uint64_t size) const {
    return offset >= length() ? 0 : std::min(size, length() - offset);
  }
  // `size` bytes from `at` on. They are in `buffer` or in text(), which must live as long as they are used.
  // Throws what StateFileRange::read() throws.
  std::string_view read(uint64_t at, uint64_t size, std::vector<char>& buffer) const;
  std::string_view read_all(std::vector<char>& buffer) const { return read(0, length(), buffer); }
  // See StateFileRange; "" for other kinds.
  std::string changed() const;

  Inode passed_through = 0;                        // the kernel reads the file of this inode by itself
  std::vector<std::shared_ptr<const Hold>> holds;  // must last as long as the file is open

  // Order the accesses of threads: one that opened or read the file hands it over to the kernel by its
  // answer, and the kernel to the next one that reads or closes it.
  void hand_over() const { handed_over_.fetch_add(1, std::memory_order_release); }
  void take_over() const { static_cast<void>(handed_over_.load(std::memory_order_acquire)); }

 private:
  struct LiveText {
    Text text;
    int64_t made_at_ns = 0;
  };
  struct Stream {
    std::unique_ptr<StreamedText> text;
    StoreLimiter::Store* store = nullptr;
  };
  using Bytes = std::variant<StateFileRange, Text, LiveText, Stream>;

  OpenFile(std::string name, Bytes bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}

  const std::string name_;
  const Bytes bytes_;
  mutable std::atomic<uint32_t> handed_over_ = 0;
};

// Owns the files that the kernel has open. The kernel need not close its files when the mount ends: they are
// closed with this object. Thread-safe.
class OpenFiles {
 public:
  // Limits how many state files may be open; without a call there is no limit. REQUIRES: called before add().
  void allow(size_t most) { most_ = most; }

  // The pointer is good until close(). Throws SystemError if there are too many.
  OpenFile* add(std::unique_ptr<OpenFile> file);

  void close(OpenFile* file) {
    std::unique_ptr<OpenFile> closed;  // outside of the lock
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(file);
    if (found == files_.end()) return;
    closed = std::move(found->second);
    if (closed->state_file() != nullptr) --state_files_;
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
