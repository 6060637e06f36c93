// SPDX-License-Identifier: Apache-2.0
// Backing files that the kernel reads by itself, without asking this program (Linux 6.9).
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "fs/projection/inode.h"

namespace checkpointfs::fs {

// The ids by which the kernel knows the open state files. All opens of an inode must be alike at any one
// time, so the first one decides. Thread-safe.
class Passthrough {
 public:
  // Passthrough is off before, and stays off if this process lacks the privilege. `device`: of the session,
  // open as long as this object is used.
  void enable(int device);
  void disable(std::string why);

  // Returns the id for the answer to an OPEN of `inode`, whose state file is `fd`, or 0 if this program must
  // read the file. `fd` may be closed afterwards. Each call must be followed by one close().
  int open(Inode inode, int fd);
  void close(Inode inode);

  // "on", or "off, " and the reason.
  std::string state() const;

 private:
  struct BackingFile {
    int id = 0;  // 0: not passed through
    int opens = 0;
  };

  mutable std::mutex mutex_;
  int device_ = -1;
  std::string why_not_ = "not negotiated yet";
  std::unordered_map<Inode, BackingFile> open_;
};

}  // namespace checkpointfs::fs
