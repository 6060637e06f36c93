// SPDX-License-Identifier: Apache-2.0
#include "transfer/manifest/line_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kReadAtOnce = 1 << 16;

}  // namespace

ByteSource bytes_of_file(int fd, std::string name) {
  return [fd, name = std::move(name)](char* buffer, size_t size) {
    for (;;) {
      const ssize_t n = ::read(fd, buffer, size);
      if (n >= 0) return static_cast<size_t>(n);
      if (errno != EINTR) base::throw_errno("read", name);
    }
  };
}

ByteSource bytes_of_text(std::string_view text) {
  return [text](char* buffer, size_t size) mutable {
    const std::string_view part = text.substr(0, size);
    std::memcpy(buffer, part.data(), part.size());
    text.remove_prefix(part.size());
    return part.size();
  };
}

base::Result<std::optional<std::string_view>> LineReader::next() {
  offset_ = next_offset_;
  size_t searched = begin_;
  for (;;) {
    const size_t feed = buffer_.find('\n', searched);
    const size_t end = std::min(feed, buffer_.size());
    if (end - begin_ > kLongestLine) {
      ++line_;
      return error(base::format("the line is longer than {} bytes", kLongestLine));
    }
    if (feed != std::string::npos || (exhausted_ && begin_ < end)) {
      ++line_;
      ended_ = feed != std::string::npos;
      const std::string_view line(buffer_.data() + begin_, end - begin_);
      begin_ = ended_ ? end + 1 : end;
      next_offset_ = offset_ + line.size() + (ended_ ? 1 : 0);
      return std::optional(line);
    }
    if (exhausted_) return std::optional<std::string_view>();
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kReadAtOnce);
    const size_t n = source_(buffer_.data() + searched, kReadAtOnce);
    buffer_.resize(searched + n);
    exhausted_ = n == 0;
  }
}

base::InputError LineReader::error(std::string reason) const {
  return {offset_, base::format("line {}", line_), std::move(reason), false};
}

}  // namespace checkpointfs::transfer
