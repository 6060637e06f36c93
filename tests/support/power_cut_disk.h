// SPDX-License-Identifier: Apache-2.0
// An ext4 of its own, in a file, which is shut down at once, without writing what it has in memory, and
// mounted again: a power cut.
#pragma once

#include <fcntl.h>
#include <linux/types.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/text/message.h"
#include "base/unique_fd.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/temp_directory.h"

namespace checkpointfs::test {

class PowerCutDisk {
 public:
  PowerCutDisk() {
    image_ = directory_.path() + "/image";
    mount_point_ = directory_.path() + "/disk";
    make_directory(mount_point_);
    is_made_ = run(base::format("truncate -s 64M {} && mkfs.ext4 -q -F {}", image_, image_)) == 0 && mount();
  }
  ~PowerCutDisk() { unmount(); }
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;

  // False if no ext4 can be made and mounted here.
  bool is_made() const { return is_made_; }
  const std::string& path() const { return mount_point_; }

  void sync() const {
    const base::UniqueFd fd(::open(mount_point_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ::syncfs(fd.get());
  }
  // The power goes. Any process may call it.
  void cut() const {
    // Defined as in fs/ext4/ext4.h.
    constexpr unsigned long kShutdown = _IOR('X', 125, __u32);
    constexpr __u32 kWithoutLog = 2;  // not even the journal is written
    const base::UniqueFd fd(::open(mount_point_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    __u32 how = kWithoutLog;
    if (::ioctl(fd.get(), kShutdown, &how) != 0) ::abort();
  }
  bool remount() {
    unmount();
    return mount();
  }

 private:
  static int run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()); }
  bool mount() { return run(base::format("mount -o loop {} {}", image_, mount_point_)) == 0; }
  void unmount() const { run(base::format("umount {}", mount_point_)); }

  TempDirectory directory_;
  std::string image_;
  std::string mount_point_;
  bool is_made_ = false;
};

}  // namespace checkpointfs::test
