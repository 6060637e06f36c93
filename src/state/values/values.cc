// SPDX-License-Identifier: Apache-2.0
#include "state/values/values.h"

#include <cstddef>

#include "state/values/avro_values.h"
#include "state/values/basic_values.h"
#include "state/values/cep_values.h"
#include "state/values/collections.h"
#include "state/values/framework_values.h"
#include "state/json/json_sink.h"
#include "state/values/kryo_values.h"
#include "state/values/product_values.h"
#include "state/values/sql_values.h"
#include "state/values/string_values.h"
#include "state/values/time_values.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {
namespace {

constexpr ReadFunction function_for(TypeKind kind) {
  switch (kind) {
    case TypeKind::kOpaque:
      return read_opaque;
    case TypeKind::kBoolean:
      return read_boolean;
    case TypeKind::kByte:
      return read_byte;
    case TypeKind::kShort:
      return read_short;
    case TypeKind::kInt:
      return read_int;
    case TypeKind::kLong:
      return read_long;
    case TypeKind::kFloat:
      return read_float;
    case TypeKind::kDouble:
      return read_double;
    case TypeKind::kChar:
      return read_char;
    case TypeKind::kString:
      return read_string;
    case TypeKind::kStringValue:
      return read_string_value;
    case TypeKind::kNullValue:
      return read_null_value;
    case TypeKind::kVoid:
    case TypeKind::kVoidNamespace:
      return read_void;
    case TypeKind::kBigInteger:
      return read_big_integer;
    case TypeKind::kBigDecimal:
      return read_big_decimal;
    case TypeKind::kDate:
      return read_date;
    case TypeKind::kSqlDate:
      return read_sql_date;
    case TypeKind::kSqlTime:
      return read_sql_time;
    case TypeKind::kSqlTimestamp:
      return read_sql_timestamp;
    case TypeKind::kInstant:
      return read_instant;
    case TypeKind::kLocalDate:
      return read_local_date;
    case TypeKind::kLocalTime:
      return read_local_time;
    case TypeKind::kLocalDateTime:
      return read_local_date_time;
    case TypeKind::kEnum:
      return read_enum;
    case TypeKind::kScalaEnum:
      return read_scala_enum;
    case TypeKind::kTimeWindow:
      return read_time_window;
    case TypeKind::kGlobalWindow:
      return read_global_window;
    case TypeKind::kCountWindow:
      return read_count_window;
    case TypeKind::kPrimitiveArray:
      return read_primitive_array;
    case TypeKind::kStringArray:
      return read_string_array;
    case TypeKind::kObjectArray:
    case TypeKind::kTraversable:
      return read_present_elements;
    case TypeKind::kList:
      return read_list;
    case TypeKind::kSet:
      return read_set;
    case TypeKind::kMap:
      return read_map;
    case TypeKind::kNullAwareMap:
      return read_null_aware_map;
    case TypeKind::kLinkedList:
      return read_linked_list;
    case TypeKind::kTuple:
      return read_tuple;
    case TypeKind::kRow:
      return read_row;
    case TypeKind::kPojo:
      return read_pojo;
    case TypeKind::kEither:
    case TypeKind::kScalaEither:
      return read_either;
    case TypeKind::kOption:
      return read_option;
    case TypeKind::kTry:
      return read_try;
    case TypeKind::kNullable:
      return read_nullable;
    case TypeKind::kTaggedUnion:
      return read_tagged_union;
    case TypeKind::kBufferEntry:
      return read_buffer_entry;
    case TypeKind::kStreamElement:
      return read_stream_element;
    case TypeKind::kTwoPhaseCommit:
      return read_two_phase_commit;
    case TypeKind::kTtl:
      return read_ttl;
    case TypeKind::kTimer:
      return read_timer;
    case TypeKind::kAvro:
      return read_avro;
    case TypeKind::kKryo:
      return read_kryo;
    case TypeKind::kRowData:
      return read_row_data;
    case TypeKind::kStringData:
      return read_string_data;
    case TypeKind::kDecimalData:
      return read_decimal_data;
    case TypeKind::kTimestampData:
      return read_timestamp_data;
    case TypeKind::kArrayData:
      return read_array_data;
    case TypeKind::kMapData:
      return read_map_data;
    case TypeKind::kRawValueData:
      return read_raw_value_data;
    case TypeKind::kDeweyNumber:
      return read_dewey_number;
    case TypeKind::kEventId:
      return read_event_id;
    case TypeKind::kNodeId:
      return read_node_id;
    case TypeKind::kSharedBufferEdge:
      return read_shared_buffer_edge;
    case TypeKind::kLockable:
      return read_lockable;
    case TypeKind::kSharedBufferNode:
      return read_shared_buffer_node;
    case TypeKind::kNfaState:
      return read_nfa_state;
    case TypeKind::kJavaObject:
      return read_opaque;
  }
  return read_opaque;
}

constexpr ReadFunctions kFunctions = [] {
  ReadFunctions functions{};
  for (size_t kind = 0; kind < functions.size(); ++kind) {
    functions[kind] = function_for(static_cast<TypeKind>(kind));
  }
  return functions;
}();

Outcome outcome_of(const ValueReader& reader) {
  if (reader.is_opaque()) return Outcome::kOpaque;
  return reader.ok() ? Outcome::kRead : Outcome::kDamaged;
}

}  // namespace

Outcome skip_value(Input& in, const Type& type) {
  ValueReader reader(in, kFunctions, JsonSink(nullptr, {}));
  reader.value(type);
  return outcome_of(reader);
}

Outcome append_json(Input& in, const Type& type, const JsonStyle& style, std::string& out) {
  ValueReader reader(in, kFunctions, JsonSink(&out, style));
  reader.value(type);
  return outcome_of(reader);
}

std::optional<std::string> append_framed_json(std::string_view bytes, const Type& type,
                                              const JsonStyle& style, std::string& out) {
  const size_t before = out.size();
  Input in(bytes);
  ValueReader reader(in, kFunctions, JsonSink(&out, style));
  reader.value(type);
  if (reader.ok() && in.at_end()) return std::nullopt;
  out.resize(before);
  JsonSink(&out, style).hex(bytes);
  return to_string(reader.opaque_type() != nullptr ? *reader.opaque_type() : type);
}

}  // namespace checkpointfs::state
