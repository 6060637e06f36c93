// SPDX-License-Identifier: Apache-2.0
// The directory to mount on, before and after.
#include <poll.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include <boost/json.hpp>

#include "base/concat.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "fs/control.h"
#include "fs/mount.h"
#include "fs/mount_table.h"

namespace checkpointfs::fs {
namespace {

using base::concat;
using base::Failure;
using base::FailureKind;

[[noreturn]] void refuse(const std::string& message) {
  throw Failure(FailureKind::kMountPoint, message);
}

bool is_ours(const std::optional<MountEntry>& mount) {
  return mount && mount->type == kFileSystemType;
}

// Asks for what the kernel keeps of no file system: attributes outlive the process in its cache.
bool is_dead(const std::string& path) {
  struct statvfs st = {};
  return ::statvfs(path.c_str(), &st) != 0 && errno == ENOTCONN;
}

// Runs fusermount3, which may unmount what an ordinary user has mounted. Returns 0 or an errno.
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
  if (error) refuse(base::SystemError(error.value(), "mount point", path).what());
  return empty;
}

// The process that serves the mount at `path`, as a descriptor; none if it does not say, or is none that this
// process can see.
base::UniqueFd process_of_mount(const std::string& path) {
  std::ifstream file(concat(path, "/", kControlName, "/", kControlStatusName));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  boost::system::error_code error;
  const boost::json::value status = boost::json::parse(text, error);
  if (error || !status.is_object()) return {};
  const auto* const pid = status.as_object().if_contains("pid");
  if (pid == nullptr || !pid->is_int64()) return {};
  return base::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid->as_int64(), 0)));
}

// Waits until the process is gone. The kernel keeps a mount alive that another mount namespace has a copy of:
// then its process goes on.
void wait_for_end(const std::string& path, int process) {
  static constexpr int kMilliseconds = 10'000;
  pollfd fds = {process, POLLIN, 0};
  if (::poll(&fds, 1, kMilliseconds) != 0) return;
  throw Failure(
      FailureKind::kInUse,
      concat(path,
             " is unmounted here, but its process goes on: another mount namespace (a container started "
             "meanwhile?) still has the mount"));
}

}  // namespace

std::string prepare_mount_point(const std::string& path, const std::vector<std::string>& sources) {
  const std::string real = real_mount_path(path);
  while (is_dead(real)) {
    if (!is_ours(mount_at(real)))
      refuse(concat(real, " is a dead mount, but not one of checkpointfs; unmount it first"));
    if (const int error = unmount_now(real, true); error != 0) {
      refuse(base::SystemError(error, "detach the dead mount at", real).what());
    }
    base::log_info(concat("detached a dead mount at ", real));
  }
  if (is_ours(mount_at(real)))
    refuse(concat(real, " is a mount of checkpointfs already; try: checkpointfs umount ", real));
  struct stat st = {};
  if (::stat(real.c_str(), &st) != 0) refuse(base::SystemError(errno, "mount point", path).what());
  if (!S_ISDIR(st.st_mode)) refuse(concat("mount point ", path, " is not a directory"));
  if (!is_empty(real)) refuse(concat("mount point ", path, " is not empty; mount on an empty directory"));
  for (const std::string& source : sources) {
    const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(source.c_str(), nullptr),
                                                               &std::free);
    if (!resolved) continue;  // said by whoever reads the source
    const std::string beneath = std::string(resolved.get()) + "/";
    if ((real + "/").starts_with(beneath)) {
      refuse(concat("mount point ", path, " lies inside the source ", source, "; mount elsewhere"));
    }
  }
  return real;
}

void unmount(const std::string& path, bool lazy) {
  const std::string real = real_mount_path(path);
  if (!is_ours(mount_at(real))) refuse(concat(path, " is not a mount of checkpointfs"));
  const bool dead = is_dead(real);
  const base::UniqueFd process = dead ? base::UniqueFd() : process_of_mount(real);
  if (const int error = unmount_now(real, lazy || dead); error != 0) {
    const std::string what = base::SystemError(error, "unmount", real).what();
    throw Failure(FailureKind::kMount, error == EBUSY ? what + "; see who uses it with: fuser -vm " + real +
                                                            " (or detach it: --lazy)"
                                                      : what);
  }
  if (process && !lazy) wait_for_end(real, process.get());
}

}  // namespace checkpointfs::fs
