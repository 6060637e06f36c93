// SPDX-License-Identifier: Apache-2.0
#include "index/database/lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/unique_fd.h"
#include "index/database/index_file.h"

namespace checkpointfs::index {

struct IndexLock::State {
  base::UniqueFd fd;
  std::string file;
  std::string purpose;
};

namespace {

// "123 mount at /mnt/x" -> "process 123 (mount at /mnt/x)".
std::string holder(int fd) {
  std::array<char, 4096> buffer = {};
  const ssize_t length = ::pread(fd, buffer.data(), buffer.size(), 0);
  std::string text(buffer.data(), length > 0 ? static_cast<size_t>(length) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const size_t space = text.find(' ');
  if (space == std::string::npos) return "another process";
  return base::format("process {} ({})", base::printable(text.substr(0, space)),
                      base::printable(text.substr(space + 1)));
}

// Returns 0 or an errno.
int lock_within(int fd, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() >= end) return errno;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return 0;
}

}  // namespace

IndexLock::IndexLock(const std::string& index_file, const std::string& purpose,
                     std::chrono::milliseconds patience)
    : state_(std::make_unique<State>()) {
  state_->file = index_file + ".lock";
  state_->purpose = purpose;
  create_directory_of(index_file);
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK;
  state_->fd = base::UniqueFd(::open(state_->file.c_str(), kFlags, 0600));
  if (!state_->fd && errno == ELOOP) {
    throw base::PathFailure(
        base::FailureKind::kIndex,
        base::format("{} is a symbolic link; remove it, or name another index with --index", state_->file),
        state_->file);
  }
  if (!state_->fd) base::throw_errno("open", state_->file);
  struct stat st = {};
  if (::fstat(state_->fd.get(), &st) != 0) base::throw_errno("open", state_->file);
  if (!S_ISREG(st.st_mode) || st.st_nlink != 1) {
    throw base::PathFailure(
        base::FailureKind::kIndex,
        base::format("{} is not a regular file with one name; remove it, or name another index with --index",
                     state_->file),
        state_->file);
  }
  // The lock file is never removed: a lock on a file that somebody unlinked would exclude nobody.
  if (const int error = lock_within(state_->fd.get(), patience); error != 0) {
    if (error != EWOULDBLOCK) throw base::SystemError(error, "lock", state_->file);
    throw base::PathFailure(base::FailureKind::kInUse,
                            base::format("index {} is in use by {}", index_file, holder(state_->fd.get())),
                            index_file);
  }
  name_holder();
}

void IndexLock::name_holder() {
  const std::string text = base::format("{} {}\n", ::getpid(), state_->purpose);
  // Only a message depends on it: a full disk is no reason to fail here.
  if (::ftruncate(state_->fd.get(), 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(state_->fd.get(), text.data(), text.size(), 0);
  }
}

void IndexLock::release() {
  state_->fd.reset();
}

IndexLock::~IndexLock() = default;
IndexLock::IndexLock(IndexLock&&) noexcept = default;

}  // namespace checkpointfs::index
