// SPDX-License-Identifier: Apache-2.0
#include "fs/io/passthrough.h"

#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

// From include/uapi/linux/fuse.h, which is older than 6.9 on many systems. The calls of libfuse lose the
// errno.
struct BackingMap {
  int32_t fd;
  uint32_t flags;
  uint64_t padding;
};
constexpr unsigned long kBackingOpen = _IOW(229, 1, BackingMap);
constexpr unsigned long kBackingClose = _IOW(229, 2, uint32_t);

bool is_administrator() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  return ::syscall(SYS_capget, &header, data) == 0 && (data[0].effective & 1U << CAP_SYS_ADMIN) != 0;
}

// The reason in `status`.
std::string reason_of(int code) {
  switch (code) {
    case EPERM:
      return "needs CAP_SYS_ADMIN";
    case ELOOP:
      return "refused for a file that lies on too many stacked file systems";
    case EOPNOTSUPP:
      return "refused by the file system of the source";
    default:
      return base::format("refused by the kernel: {}", std::strerror(code));
  }
}

}  // namespace

void Passthrough::enable(int device) {
  if (!is_administrator()) {
    disable(reason_of(EPERM));
    return;
  }
  const std::lock_guard lock(mutex_);
  device_ = device;
  why_not_.clear();
}

void Passthrough::disable(std::string why) {
  const std::lock_guard lock(mutex_);
  device_ = -1;
  why_not_ = std::move(why);
}

int Passthrough::open(Inode inode, int fd) {
  // The ioctl is quick and reads nothing, and no other open of the inode may be answered meanwhile.
  const std::lock_guard lock(mutex_);
  BackingFile& backing = open_[inode];
  if (backing.opens++ > 0 || device_ < 0) return backing.id;
  BackingMap map = {fd, 0, 0};
  const int id = ::ioctl(device_, kBackingOpen, &map);
  if (id > 0) {
    backing.id = id;
  } else {
    why_not_ = reason_of(errno);
    // EPERM is for good. Other refusals concern one file.
    if (errno == EPERM) device_ = -1;
  }
  return backing.id;
}

void Passthrough::close(Inode inode) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(inode);
  if (found == open_.end() || --found->second.opens > 0) return;
  uint32_t id = static_cast<uint32_t>(found->second.id);
  open_.erase(found);
  if (id != 0 && device_ >= 0) ::ioctl(device_, kBackingClose, &id);
}

std::string Passthrough::state() const {
  const std::lock_guard lock(mutex_);
  return why_not_.empty() ? "on" : device_ >= 0 ? "on, but " + why_not_ : "off, " + why_not_;
}

}  // namespace checkpointfs::fs
