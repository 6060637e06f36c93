// SPDX-License-Identifier: Apache-2.0
// Files that the kernel reads by itself, without asking this program (Linux 6.9).
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "fs/projection/inode.h"

namespace checkpointfs::fs {

// What the kernel knows an inode's open state file by. All opens of an inode must be alike at any one time,
// so the first one decides. Thread-safe.
class Passthrough {
 public:
  // Off until then, and if this process may not. `device`: that of the session, open as long as this object
  // is used.
  void enable(int device);
  void disable(std::string why);

  // For an open of `inode`, whose state file is `fd`: the id for the reply, or 0 if this program is to read
  // it. `fd` may be closed afterwards. To be followed by one close().
  int open(Inode inode, int fd);
  void close(Inode inode);

  // "on", or "off, " and the reason.
  std::string state() const;

 private:
  struct SourceMounter {
    int id = 0;  // 0: not passed through
    int opens = 0;
  };

  mutable std::mutex mutex_;
  int device_ = -1;
  std::string why_not_ = "not negotiated yet";
  std::unordered_map<Inode, SourceMounter> open_;
};

}  // namespace checkpointfs::fs
