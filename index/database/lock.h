// SPDX-License-Identifier: Apache-2.0
// The exclusive right to change an index.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace checkpointfs::index {

// The time for which a command waits for a mount that is about to finish a scan.
inline constexpr std::chrono::seconds kPatience{5};

// Exclusive right to change an index, held as long as the object lives (flock on "<index>.lock", which names
// the holder for the error message of the next one). Throws Failure(kInUse). Mounts take it for the moments
// only in which they bring the index up to date.
class IndexLock {
 public:
  // `purpose`: e.g. "mount at /mnt/x". Waits up to `patience` for another holder.
  IndexLock(const std::string& index_file, const std::string& purpose,
            std::chrono::milliseconds patience = {});
  ~IndexLock();
  IndexLock(IndexLock&&) noexcept;

  // Gives the right back.
  void release();

  // Writes this process into the lock file. Must be called after a fork(): the lock goes on in the child.
  void name_holder();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace checkpointfs::index
