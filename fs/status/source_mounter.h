// SPDX-License-Identifier: Apache-2.0
// What keeps a source there while it is shown: a program that mounts a remote store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace checkpointfs::fs {

// Thread-safe.
class SourceMounter {
 public:
  struct Status {
    std::string name;   // "rclone:remote:bucket"
    std::string state;  // "mounted", "down"
    std::string error;  // why it was last down
    uint64_t restarts = 0;
  };

  SourceMounter() = default;
  virtual ~SourceMounter() = default;
  SourceMounter(const SourceMounter&) = delete;
  SourceMounter& operator=(const SourceMounter&) = delete;

  virtual std::vector<Status> status() const = 0;
  // `tell` is called whenever a source is there again, and what was open of it is dead. Empty: no more.
  virtual void on_return(std::function<void()> tell) = 0;
  // Somebody wants to see what is in the store now.
  virtual void refresh() = 0;
};

}  // namespace checkpointfs::fs
