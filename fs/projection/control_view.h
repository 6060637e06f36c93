// SPDX-License-Identifier: Apache-2.0
// .checkpointfs itself: the texts `status` and `metrics`, and the directories of the other views.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fs/projection/view.h"
#include "index/read/reader_pool.h"

namespace checkpointfs::fs {

class ControlView : public View {
 public:
  // Makes a text when it is opened.
  using MakeText = std::function<std::string()>;
  // A directory in the control directory that another view answers for.
  struct Child {
    std::string name;
    View& view;
    ViewId id;
  };

  // REQUIRES: the references outlive it.
  ControlView(index::ReaderPool& readers, MakeText status, MakeText metrics, std::vector<Child> children)
      : readers_(readers),
        status_(std::move(status)),
        metrics_(std::move(metrics)),
        children_(std::move(children)) {}

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId) override { return kRootInode; }
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;

  static constexpr ViewId kDirectory = view_of(kControlDirectory);

 private:
  static constexpr ViewId kStatus = view_of(kControlStatus);
  static constexpr ViewId kMetrics = view_of(kControlMetrics);

  std::vector<Entry> entries();

  index::ReaderPool& readers_;
  const MakeText status_;
  const MakeText metrics_;
  const std::vector<Child> children_;
};

}  // namespace checkpointfs::fs
