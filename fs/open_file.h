// SPDX-License-Identifier: Apache-2.0
// A file of the projection that somebody has open.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/unique_fd.h"

namespace checkpointfs::fs {

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

// Any range of such a text. Reading on is cheap; going back makes it again. Thread-safe.
class StreamedText {
 public:
  explicit StreamedText(std::unique_ptr<TextSource> source) : source_(std::move(source)) {}
  // Shorter than `size` at the end only.
  std::string read(uint64_t offset, size_t size);

 private:
  std::mutex mutex_;
  std::unique_ptr<TextSource> source_;
  uint64_t start_ = 0;  // of kept_, in the text
  std::string kept_;
};

// Either a range of a state file (`fd`), or bytes that exist in memory only (`text`), or not even there
// (`stream`).
struct OpenFile {
  std::unique_ptr<StreamedText> stream;
  bool is_live = false;  // `text` is of this moment: its size is known to nobody before
  std::shared_ptr<const std::string> text;
  base::UniqueFd fd;
  uint64_t start = 0;      // in the state file, bytes
  uint64_t length = 0;     // bytes that can be read
  uint64_t file_size = 0;  // of the state file; a smaller one later means that it was damaged while open
  std::string name;        // for messages

  // How many bytes a read of `size` at `offset` yields.
  uint64_t readable(uint64_t offset, uint64_t size) const {
    return offset >= length ? 0 : std::min(size, length - offset);
  }
};

// Owns the files that the kernel has open. Those that it has not closed when the mount ends (it need not
// tell) are closed with this. Thread-safe.
class OpenFiles {
 public:
  // The pointer is good until close().
  OpenFile* add(std::unique_ptr<OpenFile> file) {
    OpenFile* const key = file.get();
    const std::lock_guard lock(mutex_);
    files_.emplace(key, std::move(file));
    return key;
  }

  void close(OpenFile* file) {
    std::unique_ptr<OpenFile> closed;  // outside of the lock
    const std::lock_guard lock(mutex_);
    const auto found = files_.find(file);
    if (found == files_.end()) return;
    closed = std::move(found->second);
    files_.erase(found);
  }

  size_t count() const {
    const std::lock_guard lock(mutex_);
    return files_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<const OpenFile*, std::unique_ptr<OpenFile>> files_;
};

}  // namespace checkpointfs::fs
