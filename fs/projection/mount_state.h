// SPDX-License-Identifier: Apache-2.0
// The state of a mount that outlives each of its projections: counters, open files, stores.
#pragma once

#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/threads/store_calls.h"
#include "fs/projection/open_file.h"
#include "fs/state/state_texts.h"
#include "fs/status/source_mounter.h"
#include "fs/status/control_status.h"
#include "fs/status/free_space.h"
#include "fs/status/source_states.h"
#include "fs/status/store_limiter.h"
#include "labels/job_labels.h"

namespace checkpointfs::fs {

// Thread-safe.
struct MountState {
  // `of`: the calls that the scan before the mount used already; null: there was none.
  explicit MountState(std::shared_ptr<base::StoreCalls> of = nullptr)
      : calls(of ? std::move(of) : std::make_shared<base::StoreCalls>()),
        stores(std::make_shared<StoreLimiter>(
            1, [asked = calls](const std::string& root) { return asked->silent_for(root); })) {}

  const std::shared_ptr<base::StoreCalls> calls;  // for scans, and for other threads that must not wait
  const std::shared_ptr<StoreLimiter> stores;
  // Null: no texts about state are shown. REQUIRES: set before the first projection.
  std::unique_ptr<StateTexts> state_texts;
  SourceStates sources;
  labels::WatchedLabels labels;
  // Null: not known. REQUIRES: set before the first request.
  std::unique_ptr<FreeSpace> free_space;
  Counters counters;
  OpenFiles open_files;
  const std::chrono::system_clock::time_point mounted_at = std::chrono::system_clock::now();
  // For `status`; may be empty. REQUIRES: set before the first request; callable from any thread.
  std::function<IoStatus()> io;
  std::function<FollowStatus()> following;
  std::function<HoldsStatus()> holding;
  std::function<std::vector<SourceMounter::Status>()> backing;
  std::string metrics_url;  // "": metrics are not served
  // Other users see the mount. Then it shows permissions less those that the directories and the access
  // control lists of the storage take back, and only its owner may read the texts of the control directory
  // about all snapshots.
  bool allow_other = false;
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
};

}  // namespace checkpointfs::fs
