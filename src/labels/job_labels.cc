// SPDX-License-Identifier: Apache-2.0
#include "labels/job_labels.h"

#include <sys/stat.h>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/path.h"
#include "base/text/message.h"
#include "storage/state_file.h"

namespace checkpointfs::labels {

JobLabels JobLabels::read() {
  JobLabels labels;
  std::set<std::string> files;
  for (const std::string& file : {std::string(kSystemLabels), own_labels_file()}) {
    if (file.empty() || !files.insert(file).second) continue;
    try {
      add_labels(file, labels.labels_);
    } catch (const std::exception& e) {
      base::log_warning(base::format("labels of jobs are missing: {}", e.what()));
    }
  }
  return labels;
}

std::string JobLabels::of(std::string_view job) const {
  const auto label = labels_.find(base::last_component(job));
  return label == labels_.end() ? std::string() : label->second;
}

WatchedLabels::Stamp WatchedLabels::stamp_of(const std::string& file) {
  struct stat st = {};
  if (file.empty() || ::stat(file.c_str(), &st) != 0) return {};
  return {st.st_dev, st.st_ino, st.st_size, storage::mtime_ns(st)};
}

std::shared_ptr<const WatchedLabels::Labels> WatchedLabels::now() {
  // Stamped before it is read: a change in between is seen the next time.
  const Stamps stamps = {stamp_of(kSystemLabels), stamp_of(own_labels_file())};
  {
    const std::lock_guard lock(mutex_);
    if (labels_ && stamps == stamps_) return labels_;
  }
  auto read = std::make_shared<Labels>();
  read->jobs = JobLabels::read();
  const std::lock_guard lock(mutex_);
  read->changed_ns = std::max(stamps[0].mtime_ns, stamps[1].mtime_ns);
  read->version = ++reads_;
  stamps_ = stamps;
  labels_ = std::move(read);
  return labels_;
}

}  // namespace checkpointfs::labels
