// SPDX-License-Identifier: Apache-2.0
// The lost roots: sources and mapped directories that were moved, replaced, unmounted or mounted over. Until
// a lost root is back, no file is opened beneath it, and no file beneath it counts as gone.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace checkpointfs::fs {

// Thread-safe.
class SourceStates {
 public:
  struct Lost {
    std::string why;  // follows "source PATH" in messages
    std::chrono::system_clock::time_point since;
  };

  void set_lost(const std::string& root, std::string why) {
    const std::lock_guard lock(mutex_);
    lost_.try_emplace(root, Lost{std::move(why), std::chrono::system_clock::now()});
  }
  void set_found(const std::string& root) {
    const std::lock_guard lock(mutex_);
    lost_.erase(root);
  }
  // The lost roots by their paths.
  std::map<std::string, Lost> lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
  }
  // Throws SystemError(EIO) with the reason if the root is lost.
  void require(const std::string& root) const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Lost> lost_;
};

}  // namespace checkpointfs::fs
