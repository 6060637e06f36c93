// SPDX-License-Identifier: Apache-2.0
#include "state/meta/state_meta.h"

namespace checkpointfs::state {

std::string_view to_string(StateKind kind) {
  switch (kind) {
    case StateKind::kValue:
      return "value";
    case StateKind::kList:
      return "list";
    case StateKind::kMap:
      return "map";
    case StateKind::kReducing:
      return "reducing";
    case StateKind::kAggregating:
      return "aggregating";
    case StateKind::kFolding:
      return "folding";
    case StateKind::kTimer:
      return "timer";
    case StateKind::kOperatorList:
      return "operator list";
    case StateKind::kUnion:
      return "union";
    case StateKind::kBroadcast:
      return "broadcast";
  }
  return "";
}

}  // namespace checkpointfs::state
