// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/by-name/: symbolic links to the directories of jobs that have a label.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fs/projection/view.h"
#include "index/read/reader_pool.h"
#include "labels/job_labels.h"

namespace checkpointfs::fs {

// by-name/<label> leads to the directory of a job, so that by-name/orders/chk-4 is a snapshot. All links are
// relative; link_names.h makes the names. Labels change without the storage: the kernel keeps nothing of this
// directory (is_live()), and its time is that of the labels, which makes the kernel list it anew.
class NamesView : public View {
 public:
  // REQUIRES: the references outlive it.
  NamesView(index::ReaderPool& readers, labels::WatchedLabels& labels) : readers_(readers), labels_(labels) {}

  std::optional<Entry> entry(ViewId id) override;
  Inode parent(ViewId) override { return kControlDirectory; }
  std::optional<Entry> lookup(ViewId directory, std::string_view name) override;
  void list(ViewId directory, uint64_t after, const TakeEntry& take) override;
  std::unique_ptr<OpenFile> open(ViewId file) override;
  std::string target(ViewId link) override;

  static constexpr ViewId kDirectory = view_of(kControlByName);

 private:
  struct Job {
    std::string path;
    int64_t directory = 0;  // row
  };
  struct Link {
    std::string name;
    std::string target;
    int64_t directory = 0;  // row of the job's directory
  };
  // The links of one state of the labels, by name.
  struct Links {
    std::shared_ptr<const labels::WatchedLabels::Labels> of;
    std::vector<Link> links;
  };

  std::vector<Job> read_jobs();
  std::shared_ptr<const Links> make(std::shared_ptr<const labels::WatchedLabels::Labels> of);
  std::shared_ptr<const Links> links();
  Entry entry_of(const Link& link);

  index::ReaderPool& readers_;
  labels::WatchedLabels& labels_;
  std::once_flag are_read_;
  std::vector<Job> jobs_;  // of the projection, by path
  std::mutex mutex_;
  std::shared_ptr<const Links> last_;  // null: never made
};

}  // namespace checkpointfs::fs
