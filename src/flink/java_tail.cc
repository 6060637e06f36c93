// SPDX-License-Identifier: Apache-2.0
#include "flink/java_tail.h"

#include <string_view>

#include "flink/java_walker.h"

namespace checkpointfs::flink {
namespace {

constexpr int32_t kStreamHeader = static_cast<int32_t>(0xACED0005);  // magic, version 5

constexpr std::string_view kRootClass = "org.apache.flink.runtime.checkpoint.CheckpointProperties";
constexpr std::string_view kSavepointClass = "org.apache.flink.runtime.checkpoint.SavepointType";
constexpr std::string_view kCheckpointClass = "org.apache.flink.runtime.checkpoint.CheckpointType";

}  // namespace

SnapshotKind JavaWalker::stream() {
  const uint64_t start = in_.offset();
  const int32_t header = in_.i32("stream_header");
  if (in_.ok() && header != kStreamHeader) {
    in_.fail(start, "stream_header", "no Java serialisation stream (AC ED 00 05) where the properties begin");
  }
  const uint64_t offset = in_.offset();
  const uint8_t type = in_.u8("object");
  if (!in_.ok() || type == static_cast<uint8_t>(JavaType::kNull)) return SnapshotKind::kUnknown;
  if (type != static_cast<uint8_t>(JavaType::kObject)) {
    fail_type(offset, "object", type, "an object or null");
    return SnapshotKind::kUnknown;
  }
  const ClassIndex desc = class_desc();
  if (in_.ok() && (desc == kNoClass || classes_[desc].name != kRootClass)) {
    in_.fail(offset, "class", "not an object of class CheckpointProperties");
  }
  if (!in_.ok()) return SnapshotKind::kUnknown;
  number(Kind::kOther, desc);
  ClassIndex checkpoint_type = kNoClass;
  class_data(desc, &checkpoint_type);
  return in_.ok() ? kind_of(checkpoint_type) : SnapshotKind::kUnknown;
}

SnapshotKind JavaWalker::kind_of(ClassIndex checkpoint_type) const {
  if (checkpoint_type == kNoClass) return SnapshotKind::kUnknown;
  const std::string_view name = classes_[checkpoint_type].name;
  if (name == kSavepointClass) return SnapshotKind::kSavepoint;
  return name == kCheckpointClass ? SnapshotKind::kCheckpoint : SnapshotKind::kUnknown;
}

SnapshotKind read_java_tail(base::ByteCursor& in) {
  return JavaWalker(in).stream();
}

}  // namespace checkpointfs::flink
