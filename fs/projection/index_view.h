// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/index/: where the index lies, and all that is in it as JSON lines.
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

  // The directory has no id of its own: this stands for it.
  static constexpr ViewId kDirectory = {ViewKind::kFixed, 2};
  // How many there are in it; ids from 1 on.
  static constexpr uint64_t kFiles = 4;

 private:
  index::ReaderPool& readers_;
  const std::string index_file_;
};

}  // namespace checkpointfs::fs
