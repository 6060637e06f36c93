// SPDX-License-Identifier: Apache-2.0
// What a mount counts and keeps open, while what it shows changes.
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
#include "fs/status/source_mounter.h"
#include "fs/status/control_status.h"
#include "fs/status/source_states.h"
#include "fs/status/store_limiter.h"

namespace checkpointfs::fs {

// Thread-safe.
struct MountState {
  // `of`: used by the first scan already; null: none was.
  explicit MountState(std::shared_ptr<base::StoreCalls> of = nullptr)
      : calls(of ? std::move(of) : std::make_shared<base::StoreCalls>()),
        stores(std::make_shared<StoreLimiter>(
            1, [asked = calls](const std::string& root) { return asked->silent_for(root); })) {}

  const std::shared_ptr<base::StoreCalls> calls;  // of scans, and whoever else must not wait
  const std::shared_ptr<StoreLimiter> stores;
  SourceStates sources;
  Counters counters;
  OpenFiles open_files;
  const std::chrono::system_clock::time_point mounted_at = std::chrono::system_clock::now();
  // For `status`. REQUIRES: set before anything is asked; callable from any thread. May be empty.
  std::function<IoStatus()> io;
  std::function<FollowStatus()> following;
  std::function<HoldsStatus()> holding;
  std::function<std::vector<SourceMounter::Status>()> backing;
  std::string metrics_url;  // "": they are not served
  // Other users see the mount: it shows permissions less what the storage's directories and access control
  // lists take back, and the texts of the control directory that tell of all snapshots to the mount's owner
  // only.
  bool allow_other = false;
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
};

}  // namespace checkpointfs::fs
