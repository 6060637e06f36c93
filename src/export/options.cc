// SPDX-License-Identifier: Apache-2.0
#include "export/options.h"

#include <cerrno>

#include "base/errors.h"

namespace checkpointfs::exporting {

Counts& Counts::operator+=(const Counts& other) {
  files += other.files;
  bytes += other.bytes;
  copied_bytes += other.copied_bytes;
  reflinked_bytes += other.reflinked_bytes;
  linked_bytes += other.linked_bytes;
  shared_bytes += other.shared_bytes;
  kept_bytes += other.kept_bytes;
  return *this;
}

void require_going_on(const Options& options) {
  if (options.stop == nullptr || !options.stop->load(std::memory_order_relaxed)) return;
  throw base::SystemError(EINTR, "the export was interrupted; the same command finishes it");
}

}  // namespace checkpointfs::exporting
