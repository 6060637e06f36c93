// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/state_bytes.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/errors.h"

namespace checkpointfs::state {
namespace {

// The part of a read that lies within `size` bytes.
size_t length_within(uint64_t size, uint64_t offset, size_t length) {
  return offset >= size ? 0 : static_cast<size_t>(std::min<uint64_t>(length, size - offset));
}

class FileBytes : public StateBytes {
 public:
  FileBytes(int fd, std::string name, uint64_t start, uint64_t length)
      : fd_(fd), name_(std::move(name)), start_(start), length_(length) {}

  uint64_t size() const override { return length_; }
  const std::string& name() const override { return name_; }

  size_t read(uint64_t offset, char* out, size_t length) const override {
    const size_t wanted = length_within(length_, offset, length);
    size_t done = 0;
    while (done < wanted) {
      const ssize_t n = ::pread(fd_, out + done, wanted - done, static_cast<off_t>(start_ + offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) base::throw_errno("read", name_);
      if (n == 0) break;
      done += static_cast<size_t>(n);
    }
    return done;
  }

 private:
  int fd_;
  std::string name_;
  uint64_t start_;
  uint64_t length_;
};

class MemoryBytes : public StateBytes {
 public:
  MemoryBytes(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

  uint64_t size() const override { return bytes_.size(); }
  const std::string& name() const override { return name_; }

  size_t read(uint64_t offset, char* out, size_t length) const override {
    const size_t n = length_within(bytes_.size(), offset, length);
    std::copy_n(bytes_.data() + (n == 0 ? 0 : offset), n, out);
    return n;
  }

 private:
  std::string bytes_;
  std::string name_;
};

}  // namespace

std::shared_ptr<const StateBytes> file_bytes(int fd, std::string name, uint64_t start, uint64_t length) {
  return std::make_shared<FileBytes>(fd, std::move(name), start, length);
}

std::shared_ptr<const StateBytes> memory_bytes(std::string_view bytes, std::string name) {
  return std::make_shared<MemoryBytes>(bytes, std::move(name));
}

}  // namespace checkpointfs::state
