// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/unprivileged_mount.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string>

#include "base/errors.h"
#include "base/pipe.h"
#include "fs/mount/fuse_session.h"
#include "fs/mount/mount_point.h"
#include "fs/mount/mount_table.h"
#include "fs/mount/privileges.h"

namespace checkpointfs::fs {
namespace {

constexpr std::array kEnding = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

// Closes all but the pipe: the device, and also the standard output, as a caller may read it to its end.
void close_all_but(int pipe) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
  ::dup2(pipe, STDERR_FILENO + 1);
  ::closefrom(STDERR_FILENO + 2);  // close_range(2) needs Linux 5.9
}

// Unmounts, and ends, as soon as no process has the other end of the pipe open.
[[noreturn]] void unmount_at_the_end(const base::MountedTree& mount, int pipe) noexcept {
  ::setsid();
  for (const int signal : kEnding) ::signal(signal, SIG_IGN);
  ::prctl(PR_SET_NAME, "unmounter");
  close_all_but(pipe);
  if (::chdir("/") != 0) ::_exit(1);
  try {
    drop_privileges(kMountCapability);
    char byte = 0;
    while (::read(STDERR_FILENO + 1, &byte, 1) < 0 && errno == EINTR) {
    }
    const auto there = mount_at(mount.point);
    if (there && there->device == mount.device) ::umount2(mount.point.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

// Mounts, and returns the device, which another session will serve.
int mount_device(const MountOptions& options) {
  const fuse_lowlevel_ops nothing = {};
  const FuseSession session = new_fuse_session(options, false, nothing, nullptr);
  if (fuse_session_mount(session.get(), options.mount_point.c_str()) != 0) throw mount_failure(options);
  const int device = ::fcntl(fuse_session_fd(session.get()), F_DUPFD_CLOEXEC, 0);
  if (device < 0) {
    const int error = errno;
    fuse_session_unmount(session.get());
    throw base::SystemError(error, "duplicate", "/dev/fuse");
  }
  return device;
}

// Blocks the signals that would end this process until the end of the object's life.
class SignalsLater {
 public:
  SignalsLater() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : kEnding) sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, &before_);
  }
  ~SignalsLater() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalsLater(const SignalsLater&) = delete;
  SignalsLater& operator=(const SignalsLater&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

UnprivilegedMount::UnprivilegedMount(const MountOptions& options) {
  if (!can_drop_privileges()) {
    throw base::Failure(
        base::FailureKind::kUsage,
        "drop_privileges needs CAP_SYS_ADMIN and CAP_SETPCAP, which root has; leave it out, or mount as root");
  }
  base::Pipe pipe = base::make_pipe();
  alive_ = std::move(pipe.writing);
  const SignalsLater later;  // no signal may end this process before there is one that unmounts
  device_ = mount_device(options);
  const auto mount = mount_at(options.mount_point);
  unmounter_ = mount ? ::fork() : -1;
  if (unmounter_ == 0) {
    alive_.reset();
    unmount_at_the_end(*mount, pipe.reading.get());
  }
  if (unmounter_ < 0) {
    const int error = errno;
    ::close(device_);
    detach_mount(options.mount_point);
    throw base::SystemError(error, "start", "a process that unmounts");
  }
  drop_privileges(kNoCapabilities);
}

UnprivilegedMount::~UnprivilegedMount() {
  alive_.reset();
  while (::waitpid(unmounter_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace checkpointfs::fs
