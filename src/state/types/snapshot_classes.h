// SPDX-License-Identifier: Apache-2.0
// The classes of serializer snapshots that are known: the layout of each, and the kind of type it describes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "state/types/type.h"

namespace checkpointfs::state {

// The body behind the class and the version.
enum class SnapshotLayout : uint8_t {
  kSimple,     // SimpleTypeSerializerSnapshot: nothing
  kClassName,  // GenericTypeSerializerSnapshot: UTF class
  kComposite,  // CompositeTypeSerializerSnapshot
  kEnum,
  kScalaEnum,
  kPojo,
  kKryo,
  kAvro,
  kTtlAware,  // a wrapper: boolean, SNAP
  kRowData,
  kArrayData,
  kMapData,
  kDecimalData,
  kTimestampData,
  kBinaryRow,
  kSortedMap,
  kRowDataKey,
};

// The part of a composite body that depends on the class.
enum class OuterSnapshot : uint8_t {
  kNone,
  kClass,     // UTF class of the values
  kSource,    // UTF source text
  kPadding,   // int: bytes of padding
  kFlag,      // boolean, from the version `flag_since` on
  kExternal,  // a Java object, boolean
};

// The nested snapshots of a composite, and what becomes of them.
enum class NestedSnapshots : uint8_t {
  kMembers,  // `members`
  kFields,   // any number: f0, f1, ...
  kWrapped,  // the one nested type is the type: values are its values
};

struct SnapshotClass {
  std::string_view name;  // without "org.apache.flink."
  TypeKind kind = TypeKind::kOpaque;
  SnapshotLayout layout = SnapshotLayout::kSimple;
  NestedSnapshots nested = NestedSnapshots::kMembers;
  // Names of the members; null: a nested snapshot that is no member.
  std::array<const char*, 3> members = {};
  uint8_t count = 0;  // of `members`
  OuterSnapshot outer = OuterSnapshot::kNone;
  int8_t flag_since = 0;  // kFlag: the first outer version that has it
  int8_t true_since = 0;  // the first outer version in which the flag is true without being written
  TypeKind element = TypeKind::kOpaque;  // kPrimitiveArray
};

// Null if the class is not known.
const SnapshotClass* find_snapshot_class(std::string_view name);

}  // namespace checkpointfs::state
