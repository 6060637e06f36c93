// SPDX-License-Identifier: Apache-2.0
// Which sources, and mapped directories, are not what they were: moved, replaced, unmounted or mounted over.
// Until such a root is back nothing is opened beneath it, and nothing of what was there is taken for gone.
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
    std::string why;  // half a sentence
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
  // By the path of the root.
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
