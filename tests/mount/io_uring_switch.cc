// SPDX-License-Identifier: Apache-2.0
#include "io_uring_switch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "base/unique_fd.h"
#include "process.h"
#include "tests/support/files.h"

namespace checkpointfs::test {
namespace {

constexpr char kParameter[] = "/sys/module/fuse/parameters/enable_uring";
// Has the value from before while programs that need another one share a lock of this file. Empty otherwise.
constexpr char kBefore[] = "/run/checkpointfs-tests-io-uring";

std::string value() {
  return read_file(kParameter).substr(0, 1);
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Returns with a shared lock held.
void switch_on(int file) {
  do {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
      if (read_file(kBefore).empty()) write_file(kBefore, value());
      write_file(kParameter, "Y");
    }
    if (::flock(file, LOCK_SH) != 0) fail("flock");
    // Before this lock was granted, another program may have restored the value as the last one.
  } while (value() != "Y");
}

void switch_back(int file) {
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) return;  // another program needs it, and will do this
  write_file(kParameter, read_file(kBefore));
  write_file(kBefore, "");
}

// The life of the process that restores the value.
[[noreturn]] void restore_at_the_end(int socket) noexcept {
  // It ends after the tests, never with them.
  ::setsid();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_IGN);
  const base::UniqueFd file(::open(kBefore, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) fail(kBefore);
  switch_on(file.get());
  char byte = 'Y';
  if (::write(socket, &byte, 1) != 1) fail("write");
  while (::read(socket, &byte, 1) < 0 && errno == EINTR) {
  }
  switch_back(file.get());
  ::_exit(0);
}

}  // namespace

bool is_io_uring_wanted() {
  return std::getenv("CHECKPOINTFS_TEST_IO_URING") != nullptr;
}

std::string why_no_io_uring() {
  if (::geteuid() != 0) return "root is needed to set fuse.enable_uring";
  if (!stdfs::exists(kParameter)) return "the kernel has no fuse.enable_uring, which needs Linux 6.14";
  if (checkpointfs({"--version"}).out.find("io_uring: yes") == std::string::npos)
    return "the program has no io_uring, which needs libfuse 3.18";
  return "";
}

IoUringSwitch::IoUringSwitch() {
  if (!is_io_uring_wanted() || !why_no_io_uring().empty()) return;
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) fail("socketpair");
  restorer_socket_ = sockets[0];
  restorer_ = ::fork();
  if (restorer_ < 0) fail("fork");
  if (restorer_ == 0) {
    ::close(sockets[0]);
    restore_at_the_end(sockets[1]);
  }
  ::close(sockets[1]);
  char byte = 0;
  if (::read(restorer_socket_, &byte, 1) != 1) fail("set fuse.enable_uring");
}

IoUringSwitch::~IoUringSwitch() {
  if (restorer_ < 0) return;
  ::close(restorer_socket_);
  while (::waitpid(restorer_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace checkpointfs::test
