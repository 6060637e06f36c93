// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/mount_point.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <boost/json.hpp>

#include "base/errors.h"
#include "base/log.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "fs/mount/mount_table.h"
#include "fs/mount/serving_process.h"
#include "fs/status/control_status.h"
#include "storage/self_mounts.h"

namespace checkpointfs::fs {
namespace {

using base::Failure;
using base::FailureKind;

constexpr uint64_t kLongestStatus = 1024 * 1024;

[[noreturn]] void refuse_mount_point(const std::string& path, const std::string& message) {
  throw base::PathFailure(FailureKind::kMountPoint, message, path);
}

bool is_ours(const std::optional<base::MountedTree>& mount) {
  return mount && mount->type == storage::kFileSystemType;
}

// statvfs(2) is never answered from the kernel's cache, in which attributes outlive the serving process.
bool is_dead(const std::string& path) {
  struct statvfs st = {};
  return ::statvfs(path.c_str(), &st) != 0 && errno == ENOTCONN;
}

// Runs fusermount3, which may unmount the mounts of an ordinary user. Returns 0 or an errno.
int fusermount(const std::string& path, bool lazy) {
  std::string program = "fusermount3";
  std::string unmount = "-u";
  std::string quiet = "-q";
  std::string detach = "-z";
  std::string end = "--";
  std::string target = path;
  char* const arguments[] = {program.data(),
                             unmount.data(),
                             quiet.data(),
                             lazy ? detach.data() : end.data(),
                             lazy ? end.data() : target.data(),
                             lazy ? target.data() : nullptr,
                             nullptr};
  pid_t child = -1;
  if (const int error = ::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ);
      error != 0) {
    return error;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EBUSY;
}

int unmount_now(const std::string& path, bool lazy) {
  if (::umount2(path.c_str(), UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0)) == 0) return 0;
  return errno == EPERM ? fusermount(path, lazy) : errno;
}

bool is_empty(const std::string& path) {
  std::error_code error;
  const bool empty = std::filesystem::is_empty(path, error);
  if (error) refuse_mount_point(path, base::SystemError(error.value(), "mount point", path).what());
  return empty;
}

// The facts that the status of a mount tells about its process.
struct Served {
  base::UniqueFd process;    // the process, if the status names one that is proven to serve the mount
  bool is_unproven = false;  // the status names a process that is not proven to serve the mount
  std::string hanging;       // stores that do not answer; "": none
};

Served served_at(const std::string& path, const base::MountedTree& mount) {
  if (!is_trusted(mount)) return {};
  const std::string status_file = base::format("{}/{}/{}", path, kControlName, kControlStatusName);
  const base::UniqueFd file(::open(status_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return {};
  std::string text;
  try {
    text = base::read_up_to(file.get(), status_file, kLongestStatus);
  } catch (const std::exception&) {
    return {};  // the mount is ending
  }
  boost::system::error_code error;
  const boost::json::value status = boost::json::parse(text, error);
  Served served;
  if (error || !status.is_object()) return served;
  const auto* const pid = status.as_object().if_contains("pid");
  if (pid == nullptr || !pid->is_int64()) return served;
  served.process = base::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid->as_int64(), 0)));
  // The number may belong to another process: in another pid namespace, or a later process.
  if (served.process && !serves(static_cast<pid_t>(pid->as_int64()), mount.device, path)) {
    served.process.reset();
    served.is_unproven = true;
  }
  const auto* const hanging = status.as_object().if_contains("hanging");
  if (hanging == nullptr || !hanging->is_array()) return served;
  for (const boost::json::value& store : hanging->as_array()) {
    const auto* const name = store.is_object() ? store.as_object().if_contains("path") : nullptr;
    if (name == nullptr || !name->is_string()) continue;
    served.hanging +=
        base::format("{}{}", served.hanging.empty() ? "" : ", ", std::string_view(name->as_string()));
  }
  return served;
}

// Ends a mount whose users wait for a store that does not answer, and would wait for ever. The process of the
// mount unmounts and ends in a few seconds, unless a thread of it cannot even be killed.
void end_hanging(const std::string& path, const Served& served) {
  static constexpr int kMilliseconds = 1'000;
  ::syscall(SYS_pidfd_send_signal, served.process.get(), SIGTERM, nullptr, 0);
  pollfd fds = {served.process.get(), POLLIN, 0};
  bool has_ended = false;
  for (int i = 0; i < 8 && !has_ended && is_ours(mount_at(path)); ++i)
    has_ended = ::poll(&fds, 1, kMilliseconds) != 0;
  has_ended = has_ended || ::poll(&fds, 1, kMilliseconds) != 0;
  if (is_ours(mount_at(path))) {
    if (const int error = unmount_now(path, true); error != 0)
      throw Failure(FailureKind::kMount, base::SystemError(error, "unmount", path).what());
  }
  base::log_warning(base::format("{} is unmounted although it was in use: {} does not answer{}", path,
                                 served.hanging,
                                 has_ended ? "" : ", and the process of the mount ends only when it does"));
}

// Waits until the process has ended. The process goes on if another mount namespace has a copy of the mount.
void wait_for_end(const std::string& path, int process) {
  static constexpr int kMilliseconds = 10'000;
  pollfd fds = {process, POLLIN, 0};
  if (::poll(&fds, 1, kMilliseconds) != 0) return;
  throw Failure(
      FailureKind::kInUse,
      base::format(
          "{} is unmounted here, but its process goes on: another mount namespace (a container started meanwhile?) still has the mount",
          path));
}

}  // namespace

std::string prepare_mount_point(const std::string& path, const std::vector<std::string>& sources) {
  const std::string real = real_mount_path(path);
  while (is_dead(real)) {
    if (!is_ours(mount_at(real)))
      refuse_mount_point(
          path, base::format("{} is a dead mount, but not one of checkpointfs; unmount it first", real));
    if (const int error = unmount_now(real, true); error != 0) {
      refuse_mount_point(real, base::SystemError(error, "detach the dead mount at", real).what());
    }
    base::log_warning(base::format("detached a dead mount at {}", real));
  }
  if (is_ours(mount_at(real)))
    refuse_mount_point(
        path, base::format("{} is a mount of checkpointfs already; try: checkpointfs umount {}", real, real));
  struct stat st = {};
  if (::stat(real.c_str(), &st) != 0)
    refuse_mount_point(path, base::SystemError(errno, "mount point", path).what());
  if (!S_ISDIR(st.st_mode)) refuse_mount_point(path, base::format("mount point {} is not a directory", path));
  if (!is_empty(real))
    refuse_mount_point(path, base::format("mount point {} is not empty; mount on an empty directory", path));
  refuse_inside_sources(path, real, sources);
  return real;
}

void refuse_inside_sources(const std::string& path, const std::string& real,
                           const std::vector<std::string>& sources) {
  for (const std::string& source : sources) {
    if (base::is_at_or_below(real, source)) {
      refuse_mount_point(
          path, base::format("mount point {} lies inside the source {}; mount elsewhere", path, source));
    }
  }
}

int detach_mount(const std::string& path) {
  return unmount_now(path, true);
}

void unmount(const std::string& path, bool lazy) {
  const std::string real = real_mount_path(path);
  const auto mount = mount_at(real);
  if (!is_ours(mount)) refuse_mount_point(path, base::format("{} is not a mount of checkpointfs", path));
  const bool dead = is_dead(real);
  const Served served = dead ? Served() : served_at(real, *mount);
  if (const int error = unmount_now(real, lazy || dead); error != 0) {
    if (error == EBUSY && served.process && !served.hanging.empty()) {
      end_hanging(real, served);
      return;
    }
    const std::string what = base::SystemError(error, "unmount", real).what();
    if (error == EBUSY && served.is_unproven && !served.hanging.empty()) {
      throw Failure(
          FailureKind::kMount,
          base::format(
              "{}; {} does not answer, and no process is sent a signal, because none is proven to serve the mount; detach the mount: checkpointfs umount --lazy {}",
              what, served.hanging, real));
    }
    throw Failure(FailureKind::kMount, error == EBUSY ? what + "; see who uses it with: fuser -vm " + real +
                                                            " (or detach it: --lazy)"
                                                      : what);
  }
  if (!served.process || lazy) return;
  if (served.hanging.empty()) {
    wait_for_end(real, served.process.get());
  } else {
    end_hanging(real, served);
  }
}

}  // namespace checkpointfs::fs
