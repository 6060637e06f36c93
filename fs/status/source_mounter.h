// SPDX-License-Identifier: Apache-2.0
// The interface of a program that mounts a remote store as a source, and keeps it mounted.
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
  // `tell` is called whenever a source is mounted again; descriptors of the earlier mount are dead. Empty:
  // ends the calls.
  virtual void on_return(std::function<void()> tell) = 0;
  // Drops what is cached of the listings of the store.
  virtual void refresh() = 0;
};

}  // namespace checkpointfs::fs
