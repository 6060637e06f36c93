// SPDX-License-Identifier: Apache-2.0
// Sizes of the texts of the control directory, in a mount that reads files without opening them: the kernel
// must know the size before it reads.
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
  // A program that is about to open a text gets a new one. One that has it open keeps its text.
  enum class Use : uint8_t { kOpening, kOpened };

  // Sets the size of `entry` to that of its text, and puts the text into `files`, from which it is read.
  // Returns true if the text is made anew each time: then the time of `entry` is set too, and the kernel must
  // not cache either. REQUIRES: the entry is Sized::kOnOpen.
  bool measure(Projection& projection, InodeFiles& files, Entry& entry, Use use);
  // The text has changed.
  void forget(Inode inode);

 private:
  std::mutex mutex_;
  std::map<Inode, uint64_t> sizes_;  // of streams, which are the same until forget()
};

}  // namespace checkpointfs::fs
