// SPDX-License-Identifier: Apache-2.0
// The descriptors of the state files of holds: one for each file, however many snapshots need it.
#pragma once

#include <cstddef>
#include <memory>

#include "base/unique_fd.h"

namespace checkpointfs::fs {

// Thread-safe.
class HeldDescriptors {
 public:
  using Descriptor = std::shared_ptr<const base::UniqueFd>;  // may outlive this object

  // Keeps at most `most` descriptors.
  explicit HeldDescriptors(size_t most);

  // Returns `fd`, or the descriptor of the same file that is held already: while a file is open, no other
  // file has its inode number. Null if there are too many. Throws SystemError.
  Descriptor keep(base::UniqueFd fd);

  size_t count() const;
  size_t most() const { return most_; }

 private:
  struct State;

  const size_t most_;
  const std::shared_ptr<State> state_;
};

}  // namespace checkpointfs::fs
