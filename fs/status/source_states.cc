// SPDX-License-Identifier: Apache-2.0
#include "fs/status/source_states.h"

#include <cerrno>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::fs {

void SourceStates::require(const std::string& root) const {
  const std::lock_guard lock(mutex_);
  const auto lost = lost_.find(root);
  if (lost != lost_.end()) throw base::SystemError(EIO, base::format("source {} {}", root, lost->second.why));
}

}  // namespace checkpointfs::fs
