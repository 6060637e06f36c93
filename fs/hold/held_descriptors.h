// SPDX-License-Identifier: Apache-2.0
// Descriptors of the state files of held snapshots: one for each file, however many snapshots need it.
#pragma once

#include <cstddef>
#include <memory>

#include "base/unique_fd.h"

namespace checkpointfs::fs {

// Thread-safe.
class HeldDescriptors {
 public:
  using Descriptor = std::shared_ptr<const base::UniqueFd>;  // may outlive this object

  // Keeps `most` of them, at most.
  explicit HeldDescriptors(size_t most);

  // `fd`, or one of the same file that is held already: while it is open, nothing else has its inode number.
  // Null if there are too many. Throws SystemError.
  Descriptor keep(base::UniqueFd fd);

  size_t count() const;
  size_t most() const { return most_; }

 private:
  struct State;

  const size_t most_;
  const std::shared_ptr<State> state_;
};

}  // namespace checkpointfs::fs
