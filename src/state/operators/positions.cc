// SPDX-License-Identifier: Apache-2.0
#include "state/operators/positions.h"

namespace checkpointfs::state {

std::string_view to_string(Connector connector) {
  switch (connector) {
    case Connector::kUnrecognised:
      return "unrecognised";
    case Connector::kKafka:
      return "kafka";
    case Connector::kDynamicKafka:
      return "dynamic kafka";
    case Connector::kLegacyKafka:
      return "legacy kafka consumer";
    case Connector::kFile:
      return "file";
    case Connector::kNumberSequence:
      return "number sequence";
    case Connector::kKinesis:
      return "kinesis";
  }
  return "";
}

std::string_view to_string(PositionPlace place) {
  switch (place) {
    case PositionPlace::kReader:
      return "reader";
    case PositionPlace::kAssigned:
      return "assigned";
    case PositionPlace::kUnassigned:
      return "unassigned";
  }
  return "";
}

}  // namespace checkpointfs::state
