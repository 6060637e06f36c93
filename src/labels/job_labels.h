// SPDX-License-Identifier: Apache-2.0
// The labels of jobs that count for a user, and the same while their files change.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "labels/label_file.h"

namespace checkpointfs::labels {

class JobLabels {
 public:
  // Reads kSystemLabels, then the user's own file, whose labels count more. A file that cannot be read, or a
  // line without meaning, is a warning.
  static JobLabels read();

  // The label of a job, named by its path in the projection; "" without one.
  std::string of(std::string_view job) const;

  const LabelMap& all() const { return labels_; }

 private:
  LabelMap labels_;
};

// Labels for a process that lives long. Thread-safe.
class WatchedLabels {
 public:
  struct Labels {
    JobLabels jobs;
    int64_t changed_ns = 0;  // the time of the newer file, since the epoch; 0 without a file
    int64_t version = 0;     // counts the labels of this object
  };
  // The labels now. Looks at the two files each time, and reads them only if one of them has changed; labels
  // that have not changed are the same object.
  std::shared_ptr<const Labels> now();

 private:
  // Tells one content of a file from another; all zero without a file.
  struct Stamp {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = 0;
    int64_t mtime_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  using Stamps = std::array<Stamp, 2>;
  static Stamp stamp_of(const std::string& file);

  std::mutex mutex_;
  Stamps stamps_;
  int64_t reads_ = 0;
  std::shared_ptr<const Labels> labels_;  // null: never read
};

}  // namespace checkpointfs::labels
