// SPDX-License-Identifier: Apache-2.0
#include "base/spill/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/errors.h"

namespace checkpointfs::base {
namespace {

constexpr size_t kInMemory = size_t{1} << 20;

UniqueFd try_open_in(const std::string& directory) {
  UniqueFd fd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  std::string name = directory + "/checkpointfs-XXXXXX";
  fd = UniqueFd(::mkostemp(name.data(), O_CLOEXEC));
  if (fd) ::unlink(name.c_str());
  return fd;
}

UniqueFd open_nameless() {
  const char* const wanted = std::getenv("TMPDIR");
  for (const char* const directory : {wanted, "/var/tmp", "/tmp"}) {
    if (directory == nullptr) continue;
    if (UniqueFd fd = try_open_in(directory)) return fd;
  }
  throw_errno("create a temporary file in", wanted != nullptr ? wanted : "/var/tmp");
}

}  // namespace

void SpillFile::write_buffer() {
  if (!file_) file_ = open_nameless();
  for (std::string_view left = buffer_; !left.empty();) {
    const ssize_t n = ::pwrite(file_.get(), left.data(), left.size(), static_cast<off_t>(written_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("write", "a temporary file");
    written_ += static_cast<uint64_t>(n);
    left.remove_prefix(static_cast<size_t>(n));
  }
  buffer_.clear();
}

void SpillFile::append(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kInMemory) write_buffer();
}

std::string SpillFile::read(uint64_t offset, size_t length) const {
  if (offset >= written_) return buffer_.substr(static_cast<size_t>(offset - written_), length);
  std::string bytes(std::min<uint64_t>(length, written_ - offset), '\0');
  for (;;) {
    const ssize_t n = ::pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw SystemError(n < 0 ? errno : EIO, "read", "a temporary file");
    bytes.resize(static_cast<size_t>(n));
    return bytes;
  }
}

}  // namespace checkpointfs::base
