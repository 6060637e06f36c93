// SPDX-License-Identifier: Apache-2.0
#include "index/database/types.h"

namespace checkpointfs::index {

std::string_view to_string(SnapshotStatus status) {
  switch (status) {
    case SnapshotStatus::kOk:
      return "ok";
    case SnapshotStatus::kBroken:
      return "broken";
    case SnapshotStatus::kIncomplete:
      return "incomplete";
    case SnapshotStatus::kUnreadable:
      return "unreadable";
    case SnapshotStatus::kHealed:
      return "healed";
    case SnapshotStatus::kOutside:
      return "outside";
    case SnapshotStatus::kDenied:
      return "denied";
  }
  return "unknown";
}

}  // namespace checkpointfs::index
