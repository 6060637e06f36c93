// SPDX-License-Identifier: Apache-2.0
#include "fs/io/live_texts.h"

#include "fs/projection/projection.h"

namespace checkpointfs::fs {

bool LiveTexts::measure(Projection& projection, InodeFiles& files, Entry& entry, Use use) {
  InodeFiles::File file = use == Use::kOpening ? nullptr : files.find(entry.inode);
  if (!file) {
    file = projection.open(entry.inode);
    files.keep(entry.inode, file);
  }
  if (file->stream() == nullptr) {
    entry.attributes.size = file->length();
    entry.attributes.mtime_ns = *file->made_at_ns();
    return true;
  }
  {
    const std::lock_guard lock(mutex_);
    const auto known = sizes_.find(entry.inode);
    if (known != sizes_.end()) {
      entry.attributes.size = known->second;
      return false;
    }
  }
  entry.attributes.size = file->stream()->size();
  const std::lock_guard lock(mutex_);
  sizes_[entry.inode] = entry.attributes.size;
  return false;
}

void LiveTexts::forget(Inode inode) {
  const std::lock_guard lock(mutex_);
  sizes_.erase(inode);
}

}  // namespace checkpointfs::fs
