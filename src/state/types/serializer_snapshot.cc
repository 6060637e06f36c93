// SPDX-License-Identifier: Apache-2.0
#include "state/types/serializer_snapshot.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/text/format.h"
#include "base/text/message.h"
#include "state/types/avro_schema.h"
#include "state/types/composite_snapshot.h"
#include "state/types/pojo_snapshot.h"
#include "state/types/snapshot_body.h"
#include "state/types/snapshot_classes.h"
#include "state/types/table_snapshots.h"
#include "state/types/unknown_snapshot.h"

namespace checkpointfs::state {
namespace {

constexpr int kMostSnapshotDepth = 64;
constexpr int32_t kPersistedVersion = 2;

std::shared_ptr<Type> type_of(const SnapshotBody& body, const SnapshotClass& known) {
  auto type = std::make_shared<Type>();
  type->kind = known.kind;
  type->snapshot_class = body.snapshot_class;
  return type;
}

// Up to Flink 1.7, version 2 has the class of the serializer.
TypePtr read_simple(SnapshotBody& body, const SnapshotClass& known) {
  if (body.version == 2) body.in.utf("serializer_class");
  std::shared_ptr<Type> type = type_of(body, known);
  if (known.kind == TypeKind::kPrimitiveArray) {
    auto element = std::make_shared<Type>();
    element->kind = known.element;
    type->members.push_back({"element", std::move(element)});
  }
  return type;
}

TypePtr read_class_name(SnapshotBody& body, const SnapshotClass& known) {
  std::shared_ptr<Type> type = type_of(body, known);
  type->class_name = body.text("class");
  return type;
}

// UTF class | int n | n x UTF constant, and for Scala an int
TypePtr read_enum(SnapshotBody& body, const SnapshotClass& known) {
  const bool scala = known.layout == SnapshotLayout::kScalaEnum;
  std::shared_ptr<Type> type = type_of(body, known);
  type->class_name = body.text("class");
  const uint32_t count = body.in.count(scala ? 6 : 2, "constants");
  for (uint32_t i = 0; i < count && body.in.ok(); ++i) {
    type->names.push_back(body.text("constant"));
    if (scala) type->ids.push_back(body.in.i32("id"));
  }
  return type;
}

// StringValue: the characters of a schema are ASCII, or escaped.
std::string read_string_value(Input& in, const char* field) {
  const uint64_t start = in.offset();
  uint64_t length = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    const uint8_t byte = in.u8(field);
    length |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  if (!in.ok()) return {};
  if (length == 0) {
    in.fail(start, field, "null");
    return {};
  }
  std::string text;
  for (uint64_t i = 1; i < length && in.ok(); ++i) {
    uint32_t unit = 0;
    for (int shift = 0; shift < 21; shift += 7) {
      const uint8_t byte = in.u8(field);
      unit |= static_cast<uint32_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    // Unpaired, each unit becomes three bytes: those of modified UTF-8.
    if (unit < 0x80) {
      text += static_cast<char>(unit);
    } else if (unit < 0x800) {
      text += static_cast<char>(0xC0 | unit >> 6);
      text += static_cast<char>(0x80 | (unit & 0x3F));
    } else {
      text += static_cast<char>(0xE0 | (unit >> 12 & 0x0F));
      text += static_cast<char>(0x80 | (unit >> 6 & 0x3F));
      text += static_cast<char>(0x80 | (unit & 0x3F));
    }
  }
  return text;
}

// version 1: UTF schema; 2: UTF class, UTF schema; 3: StringValue class, StringValue schema
TypePtr read_avro(SnapshotBody& body, const SnapshotClass& known) {
  std::shared_ptr<Type> type = type_of(body, known);
  std::string schema;
  if (body.version == 3) {
    type->class_name = read_string_value(body.in, "class");
    schema = read_string_value(body.in, "schema");
  } else {
    if (body.version == 2) type->class_name = body.text("class");
    schema = body.text("schema");
  }
  if (!body.in.ok()) return type;
  auto parsed = parse_avro_schema(schema);
  if (parsed.has_value()) {
    type->avro = *std::move(parsed);
  } else {
    type->kind = TypeKind::kOpaque;
  }
  return type;
}

// The versions that the readers know: the first and the last.
std::pair<int32_t, int32_t> versions_of(SnapshotLayout layout) {
  switch (layout) {
    case SnapshotLayout::kSimple:
      return {2, 3};
    case SnapshotLayout::kComposite:
    case SnapshotLayout::kAvro:
      return {1, 3};
    case SnapshotLayout::kClassName:
    case SnapshotLayout::kPojo:
    case SnapshotLayout::kKryo:
      return {2, 2};
    case SnapshotLayout::kTtlAware:
    case SnapshotLayout::kTimestampData:
      return {1, 1};
    case SnapshotLayout::kEnum:
    case SnapshotLayout::kScalaEnum:
    case SnapshotLayout::kRowData:
    case SnapshotLayout::kArrayData:
    case SnapshotLayout::kMapData:
    case SnapshotLayout::kDecimalData:
    case SnapshotLayout::kBinaryRow:
    case SnapshotLayout::kSortedMap:
      return {3, 3};
    case SnapshotLayout::kRowDataKey:
      break;
  }
  return {0, 0};
}

TypePtr read_known(SnapshotBody& body, const SnapshotClass& known) {
  const auto [first, last] = versions_of(known.layout);
  if (body.version < first || body.version > last) {
    body.fail(
        base::format("version {} of {} is not known", body.version, base::printable(body.snapshot_class)));
    return opaque_type(body.snapshot_class);
  }
  switch (known.layout) {
    case SnapshotLayout::kSimple:
      return read_simple(body, known);
    case SnapshotLayout::kClassName:
      return read_class_name(body, known);
    case SnapshotLayout::kComposite:
      return read_composite(body, known);
    case SnapshotLayout::kEnum:
    case SnapshotLayout::kScalaEnum:
      return read_enum(body, known);
    case SnapshotLayout::kPojo:
      return read_pojo(body);
    case SnapshotLayout::kKryo:
      return read_kryo(body);
    case SnapshotLayout::kAvro:
      return read_avro(body, known);
    case SnapshotLayout::kTtlAware:
      body.in.boolean("ttl_enabled");
      return body.nested();
    case SnapshotLayout::kRowData:
      return read_row_data(body);
    case SnapshotLayout::kArrayData:
      return read_array_data(body);
    case SnapshotLayout::kMapData:
      return read_map_data(body);
    case SnapshotLayout::kDecimalData:
      return read_decimal_data(body);
    case SnapshotLayout::kTimestampData:
      return read_timestamp_data(body);
    case SnapshotLayout::kBinaryRow:
      return read_binary_row(body);
    case SnapshotLayout::kSortedMap:
      return read_sorted_map(body);
    case SnapshotLayout::kRowDataKey:
      break;
  }
  return read_row_data_key(body);
}

TypePtr read_snapshot(Input& in, Writer writer, int depth) {
  SnapshotBody body{in, writer, depth, read_snapshot, in.offset(), {}, 0};
  if (depth > kMostSnapshotDepth) {
    body.fail(base::format("serializers nested more than {} deep", kMostSnapshotDepth));
  }
  body.snapshot_class = body.text("snapshot_class");
  body.version = in.i32("snapshot_version");
  if (!in.ok()) return opaque_type(body.snapshot_class);
  const SnapshotClass* known = find_snapshot_class(body.snapshot_class);
  return known == nullptr ? read_unknown(body) : read_known(body, *known);
}

}  // namespace

TypePtr read_type(Input& in, Writer writer) {
  return read_snapshot(in, writer, 0);
}

TypePtr read_persisted_type(Input& in, Writer writer) {
  const uint64_t start = in.offset();
  const int32_t version = in.i32("serializer_version");
  if (in.ok() && version != kPersistedVersion) {
    in.fail(start, "serializer_version", base::format("version {} is not known", version));
  }
  return read_type(in, writer);
}

}  // namespace checkpointfs::state
