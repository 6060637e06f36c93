// SPDX-License-Identifier: Apache-2.0
// Texts that are made while they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace checkpointfs::fs {

// Text that is made while it is read, from its start to its end. Throws SystemError.
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

// Gives random access to a TextSource. Reading on is cheap, and so is going back a little, as when the kernel
// reads ahead with several threads; going back further makes the text again. Thread-safe.
class StreamedText {
 public:
  explicit StreamedText(std::unique_ptr<TextSource> source) : source_(std::move(source)) {}
  // Shorter than `size` at the end, and before a place that cannot be made. Throws SystemError there.
  std::string read(uint64_t offset, size_t size);
  // Makes the whole text.
  uint64_t size();

 private:
  static constexpr uint64_t kKeptBehind = 2 << 20;  // bytes

  void restart();
  bool add_piece(uint64_t wanted_from);

  std::mutex mutex_;
  std::unique_ptr<TextSource> source_;
  uint64_t start_ = 0;  // of kept_, in the text
  std::string kept_;
};

}  // namespace checkpointfs::fs
