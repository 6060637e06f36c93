// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/index/: the path of the index, and its rows as JSON lines.
#pragma once

#include <string>

#include "fs/projection/view.h"
#include "index/read/reader_pool.h"

namespace checkpointfs::fs {

class IndexView : public View {
 public:
  // REQUIRES: `readers` outlives it.
  IndexView(index::ReaderPool& readers, std::string index_file)
      : readers_(readers), index_file_(std::move(index_file)) {}

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId) override { return kControlDirectory; }
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;

  static constexpr ViewId kDirectory = view_of(kControlIndex);
  // The number of files in the directory; their ids are 1 to kFiles.
  static constexpr uint64_t kFiles = 4;

 private:
  index::ReaderPool& readers_;
  const std::string index_file_;
};

}  // namespace checkpointfs::fs
