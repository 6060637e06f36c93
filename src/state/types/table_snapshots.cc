// SPDX-License-Identifier: Apache-2.0
#include "state/types/table_snapshots.h"

#include <memory>
#include <utility>
#include <vector>

#include "base/text/message.h"
#include "state/types/composite_snapshot.h"
#include "state/types/java_objects.h"
#include "state/types/logical_type.h"

namespace checkpointfs::state {
namespace {

std::shared_ptr<Type> table_type(const SnapshotBody& body, TypeKind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  type->snapshot_class = body.snapshot_class;
  return type;
}

constexpr uint64_t kLeastLogicalType = 4;  // the header of a Java stream

}  // namespace

TypePtr read_row_data(SnapshotBody& body) {
  const uint32_t count = body.in.count(kLeastLogicalType, "fields");
  auto row = std::make_shared<LogicalType>();
  row->kind = SqlKind::kRow;
  for (uint32_t i = 0; i < count && body.in.ok(); ++i) {
    row->members.push_back({base::format("f{}", i), read_logical_type(body.in)});
  }
  const std::vector<TypePtr> nested = read_nested_snapshots(body);
  if (!body.in.ok() || nested.size() != row->members.size()) return opaque_type(body.snapshot_class);
  std::shared_ptr<Type> type = table_type(body, TypeKind::kRowData);
  for (size_t i = 0; i < nested.size(); ++i) type->members.push_back({row->members[i].name, nested[i]});
  type->sql = std::move(row);
  return type;
}

TypePtr read_array_data(SnapshotBody& body) {
  auto array = std::make_shared<LogicalType>();
  array->kind = SqlKind::kArray;
  array->members.push_back({"element", read_logical_type(body.in)});
  read_java_object(body.in);
  std::shared_ptr<Type> type = table_type(body, TypeKind::kArrayData);
  type->sql = std::move(array);
  return type;
}

TypePtr read_map_data(SnapshotBody& body) {
  auto map = std::make_shared<LogicalType>();
  map->kind = SqlKind::kMap;
  map->members.push_back({"key", read_logical_type(body.in)});
  map->members.push_back({"value", read_logical_type(body.in)});
  read_java_object(body.in);
  read_java_object(body.in);
  std::shared_ptr<Type> type = table_type(body, TypeKind::kMapData);
  type->sql = std::move(map);
  return type;
}

TypePtr read_decimal_data(SnapshotBody& body) {
  std::shared_ptr<Type> type = table_type(body, TypeKind::kDecimalData);
  type->size = body.in.i32("precision");
  type->scale = body.in.i32("scale");
  return type;
}

TypePtr read_timestamp_data(SnapshotBody& body) {
  std::shared_ptr<Type> type = table_type(body, TypeKind::kTimestampData);
  type->size = body.in.i32("precision");
  return type;
}

TypePtr read_binary_row(SnapshotBody& body) {
  body.in.i32("fields");
  return opaque_type(body.snapshot_class);
}

TypePtr read_sorted_map(SnapshotBody& body) {
  read_java_object(body.in);
  const std::vector<TypePtr> nested = read_nested_snapshots(body);
  if (!body.in.ok() || nested.size() != 2) return opaque_type(body.snapshot_class);
  std::shared_ptr<Type> type = table_type(body, TypeKind::kMap);
  type->members = {{"key", nested[0]}, {"value", nested[1]}};
  return type;
}

TypePtr read_row_data_key(SnapshotBody& body) {
  body.in.skip(body.in.count(1, "equaliser"), "equaliser");
  body.in.skip(body.in.count(1, "hash_function"), "hash_function");
  return body.nested();
}

}  // namespace checkpointfs::state
