// SPDX-License-Identifier: Apache-2.0
// The Java objects at the end of `_metadata`, as ObjectOutputStream writes them.
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {
namespace {

constexpr char kPackage[] = "org.apache.flink.runtime.checkpoint.";
constexpr int kSerializable = 0x02;
constexpr int kSerializableEnum = 0x12;

// The seven booleans, in the order of their names.
constexpr std::string_view kSavepointFlags = "0000010";
constexpr std::string_view kCheckpointFlags = "0011000";

Bytes class_desc(std::string_view name, int64_t serial_version, int flags, int fields) {
  return Bytes().u8(0x72).utf(name).i64(serial_version).u8(flags).i16(fields);
}

// The end of a descriptor without annotation and superclass.
Bytes no_super() {
  return Bytes().u8(0x78).u8(0x70);
}

Bytes string(std::string_view text) {
  return Bytes().u8(0x74).utf(text);
}

Bytes object_field(std::string_view name, std::string_view type) {
  return Bytes().raw("L").utf(name).raw(string(type));
}

// `super`: the descriptor of java.lang.Enum, or a reference to it.
Bytes enum_constant(std::string_view class_name, const Bytes& super, std::string_view constant) {
  Bytes out;
  out.u8(0x7E).raw(class_desc(class_name, 0, kSerializableEnum, 0)).u8(0x78).raw(super);
  return out.raw(string(constant));
}

Bytes enum_desc() {
  return class_desc("java.lang.Enum", 0, kSerializableEnum, 0).raw(no_super());
}

Bytes checkpoint_type() {
  Bytes out;
  out.u8(0x73).raw(
      class_desc(std::string(kPackage) + "CheckpointType", -0x2921B0FCFA51E2C6, kSerializable, 2));
  out.raw(object_field("name", "Ljava/lang/String;"));
  out.raw(object_field("sharingFilesStrategy",
                       "Lorg/apache/flink/runtime/checkpoint/SnapshotType$SharingFilesStrategy;"));
  out.raw(no_super()).raw(string("Checkpoint"));
  return out.raw(enum_constant(std::string(kPackage) + "SnapshotType$SharingFilesStrategy", enum_desc(),
                               "FORWARD_BACKWARD"));
}

Bytes savepoint_type() {
  Bytes out;
  out.u8(0x73).raw(
      class_desc(std::string(kPackage) + "SavepointType", -0x5F782CF75BA7EB48, kSerializable, 3));
  out.raw(object_field("formatType", "Lorg/apache/flink/core/execution/SavepointFormatType;"));
  out.raw(object_field("name", "Ljava/lang/String;"));
  out.raw(object_field("postCheckpointAction",
                       "Lorg/apache/flink/runtime/checkpoint/SavepointType$PostCheckpointAction;"));
  out.raw(no_super());
  out.raw(enum_constant("org.apache.flink.core.execution.SavepointFormatType", enum_desc(), "CANONICAL"));
  out.raw(string("Savepoint"));
  const Bytes enum_reference = Bytes().u8(0x71).i32(0x7E0009);
  return out.raw(
      enum_constant(std::string(kPackage) + "SavepointType$PostCheckpointAction", enum_reference, "NONE"));
}

}  // namespace

std::string checkpoint_properties(flink::SnapshotKind kind) {
  const bool savepoint = kind == flink::SnapshotKind::kSavepoint;
  Bytes out;
  out.i16(0xACED).i16(5).u8(0x73);
  out.raw(class_desc(std::string(kPackage) + "CheckpointProperties", 2, kSerializable, 8));
  for (const char* name : {"discardCancelled", "discardFailed", "discardFinished", "discardSubsumed",
                           "discardSuspended", "forced", "unclaimed"}) {
    out.raw("Z").utf(name);
  }
  out.raw(object_field("checkpointType", "Lorg/apache/flink/runtime/checkpoint/SnapshotType;"));
  out.raw(no_super());
  for (const char flag : savepoint ? kSavepointFlags : kCheckpointFlags) {
    out.u8(flag - '0');
  }
  return out.raw(savepoint ? savepoint_type() : checkpoint_type());
}

std::string null_properties() {
  return Bytes().i16(0xACED).i16(5).u8(0x70);
}

}  // namespace checkpointfs::test
