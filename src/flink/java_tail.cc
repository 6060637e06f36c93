// SPDX-License-Identifier: Apache-2.0
#include "flink/java_tail.h"

#include <string_view>

#include "java/walker.h"

namespace checkpointfs::flink {
namespace {

constexpr std::string_view kRootClass = "org.apache.flink.runtime.checkpoint.CheckpointProperties";
constexpr std::string_view kTypeField = "checkpointType";
constexpr std::string_view kSavepointClass = "org.apache.flink.runtime.checkpoint.SavepointType";
constexpr std::string_view kCheckpointClass = "org.apache.flink.runtime.checkpoint.CheckpointType";

}  // namespace

SnapshotKind read_java_tail(base::ByteCursor& in) {
  const std::string_view type = java::field_class(in, kRootClass, kTypeField);
  if (type == kSavepointClass) return SnapshotKind::kSavepoint;
  return type == kCheckpointClass ? SnapshotKind::kCheckpoint : SnapshotKind::kUnknown;
}

}  // namespace checkpointfs::flink
