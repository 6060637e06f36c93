// SPDX-License-Identifier: Apache-2.0
// Texts of the control directory in a mount whose files are read without being opened: their size must be
// known before.
#pragma once

#include <map>
#include <mutex>

#include "fs/io/inode_files.h"
#include "fs/projection/view.h"

namespace checkpointfs::fs {

class Projection;

// Thread-safe.
class LiveTexts {
 public:
  // Sets the size of `entry` to that of its text, and puts the text where it is read from, `files`. True if
  // it is of a moment: its time is set too, and the kernel is to ask again each time. `anew`: if somebody is
  // about to open it; who has it open asks as well, and is to get the text that he has. REQUIRES:
  // entry.sized_on_open.
  bool measure(Projection& projection, InodeFiles& files, Entry& entry, bool anew);
  // Its text is another one now.
  void forget(Inode inode);

 private:
  std::mutex mutex_;
  std::map<Inode, uint64_t> sizes_;  // of streams, which are the same until forget()
};

}  // namespace checkpointfs::fs
