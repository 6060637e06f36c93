// SPDX-License-Identifier: Apache-2.0
#include "base/spill/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/errors.h"
#include "base/named_file.h"

namespace checkpointfs::base {
namespace {

constexpr size_t kInMemory = size_t{1} << 20;
constexpr const char* kName = "a temporary file";  // in messages

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
  write_all(file_.get(), kName, buffer_);
  written_ += buffer_.size();
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
    if (n <= 0) throw SystemError(n < 0 ? errno : EIO, "read", kName);
    bytes.resize(static_cast<size_t>(n));
    return bytes;
  }
}

}  // namespace checkpointfs::base
