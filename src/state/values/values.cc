// SPDX-License-Identifier: Apache-2.0
#include "state/values/values.h"

#include <cstddef>
#include <utility>

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

constexpr std::pair<TypeKind, ReadFunction> kFunctionOfKind[] = {
    {TypeKind::kOpaque, read_opaque},
    {TypeKind::kBoolean, read_boolean},
    {TypeKind::kByte, read_byte},
    {TypeKind::kShort, read_short},
    {TypeKind::kInt, read_int},
    {TypeKind::kLong, read_long},
    {TypeKind::kFloat, read_float},
    {TypeKind::kDouble, read_double},
    {TypeKind::kChar, read_char},
    {TypeKind::kString, read_string},
    {TypeKind::kStringValue, read_string_value},
    {TypeKind::kNullValue, read_null_value},
    {TypeKind::kVoid, read_void},
    {TypeKind::kVoidNamespace, read_void},
    {TypeKind::kBigInteger, read_big_integer},
    {TypeKind::kBigDecimal, read_big_decimal},
    {TypeKind::kDate, read_date},
    {TypeKind::kSqlDate, read_sql_date},
    {TypeKind::kSqlTime, read_sql_time},
    {TypeKind::kSqlTimestamp, read_sql_timestamp},
    {TypeKind::kInstant, read_instant},
    {TypeKind::kLocalDate, read_local_date},
    {TypeKind::kLocalTime, read_local_time},
    {TypeKind::kLocalDateTime, read_local_date_time},
    {TypeKind::kEnum, read_enum},
    {TypeKind::kScalaEnum, read_scala_enum},
    {TypeKind::kTimeWindow, read_time_window},
    {TypeKind::kGlobalWindow, read_global_window},
    {TypeKind::kCountWindow, read_count_window},
    {TypeKind::kPrimitiveArray, read_primitive_array},
    {TypeKind::kStringArray, read_string_array},
    {TypeKind::kObjectArray, read_present_elements},
    {TypeKind::kTraversable, read_present_elements},
    {TypeKind::kList, read_list},
    {TypeKind::kSet, read_set},
    {TypeKind::kMap, read_map},
    {TypeKind::kNullAwareMap, read_null_aware_map},
    {TypeKind::kLinkedList, read_linked_list},
    {TypeKind::kTuple, read_tuple},
    {TypeKind::kRow, read_row},
    {TypeKind::kPojo, read_pojo},
    {TypeKind::kEither, read_either},
    {TypeKind::kScalaEither, read_either},
    {TypeKind::kOption, read_option},
    {TypeKind::kTry, read_try},
    {TypeKind::kNullable, read_nullable},
    {TypeKind::kTaggedUnion, read_tagged_union},
    {TypeKind::kBufferEntry, read_buffer_entry},
    {TypeKind::kStreamElement, read_stream_element},
    {TypeKind::kTwoPhaseCommit, read_two_phase_commit},
    {TypeKind::kTtl, read_ttl},
    {TypeKind::kTimer, read_timer},
    {TypeKind::kAvro, read_avro},
    {TypeKind::kKryo, read_kryo},
    {TypeKind::kRowData, read_row_data},
    {TypeKind::kStringData, read_string_data},
    {TypeKind::kDecimalData, read_decimal_data},
    {TypeKind::kTimestampData, read_timestamp_data},
    {TypeKind::kArrayData, read_array_data},
    {TypeKind::kMapData, read_map_data},
    {TypeKind::kRawValueData, read_raw_value_data},
    {TypeKind::kDeweyNumber, read_dewey_number},
    {TypeKind::kEventId, read_event_id},
    {TypeKind::kNodeId, read_node_id},
    {TypeKind::kSharedBufferEdge, read_shared_buffer_edge},
    {TypeKind::kLockable, read_lockable},
    {TypeKind::kSharedBufferNode, read_shared_buffer_node},
    {TypeKind::kNfaState, read_nfa_state},
    {TypeKind::kJavaObject, read_opaque},
};

constexpr ReadFunctions kFunctions = [] {
  ReadFunctions functions{};
  for (const auto& [kind, function] : kFunctionOfKind) functions[static_cast<size_t>(kind)] = function;
  return functions;
}();

constexpr bool has_all_kinds() {
  for (const ReadFunction function : kFunctions) {
    if (function == nullptr) return false;
  }
  return true;
}
static_assert(has_all_kinds());

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
