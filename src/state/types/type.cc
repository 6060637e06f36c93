// SPDX-License-Identifier: Apache-2.0
#include "state/types/type.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text/message.h"
#include "state/types/avro_schema.h"
#include "state/types/logical_type.h"

namespace checkpointfs::state {
namespace {

void append_type(const Type& type, std::string& out);

// "Name<A, B>".
void append_generic(std::string_view name, const Type& type, std::string& out) {
  out += name;
  if (type.members.empty()) return;
  out += '<';
  for (size_t i = 0; i < type.members.size(); ++i) {
    if (i > 0) out += ", ";
    append_type(*type.members[i].type, out);
  }
  out += '>';
}

void append_member(const Type& type, std::string_view suffix, std::string& out) {
  if (!type.members.empty()) append_type(*type.members[0].type, out);
  out += suffix;
}

// "Tuple2<A, B>" for the tuples of Flink and Scala; the name of any other class says enough.
void append_tuple(const Type& type, std::string& out) {
  for (const std::string_view package : {"org.apache.flink.api.java.tuple.", "scala."}) {
    const std::string_view name = type.class_name;
    if (name.starts_with(package) && name.substr(package.size()).starts_with("Tuple")) {
      return append_generic(name.substr(package.size()), type, out);
    }
  }
  if (type.class_name.empty()) return append_generic("Tuple", type, out);
  out += type.class_name;
}

void append_primitive(const Type& element, std::string& out) {
  if (element.kind == TypeKind::kInt) {
    out += "int[]";
  } else if (element.kind == TypeKind::kChar) {
    out += "char[]";
  } else {
    // The names of the other primitive types begin with a small letter.
    const size_t start = out.size();
    append_type(element, out);
    if (out.size() > start) out[start] = static_cast<char>(out[start] | 0x20);
    out += "[]";
  }
}

void append_avro(const Type& type, std::string& out) {
  const bool generic = type.class_name.empty() || type.class_name.starts_with("org.apache.avro.generic.");
  const bool named = generic && type.avro && type.avro->root != nullptr && !type.avro->root->name.empty();
  out += named ? type.avro->root->name : type.class_name;
}

void append_sql(const Type& type, std::string& out) {
  out += type.sql ? to_string(*type.sql) : type.snapshot_class;
}

// The name of a type, which its members follow as "Name<A, B>".
constexpr std::pair<TypeKind, std::string_view> kSimpleNames[] = {
    {TypeKind::kBoolean, "Boolean"},
    {TypeKind::kByte, "Byte"},
    {TypeKind::kShort, "Short"},
    {TypeKind::kInt, "Integer"},
    {TypeKind::kLong, "Long"},
    {TypeKind::kFloat, "Float"},
    {TypeKind::kDouble, "Double"},
    {TypeKind::kChar, "Character"},
    {TypeKind::kString, "String"},
    {TypeKind::kStringValue, "StringValue"},
    {TypeKind::kNullValue, "NullValue"},
    {TypeKind::kVoid, "Void"},
    {TypeKind::kVoidNamespace, "VoidNamespace"},
    {TypeKind::kBigInteger, "BigInteger"},
    {TypeKind::kBigDecimal, "BigDecimal"},
    {TypeKind::kDate, "java.util.Date"},
    {TypeKind::kSqlDate, "java.sql.Date"},
    {TypeKind::kSqlTime, "java.sql.Time"},
    {TypeKind::kSqlTimestamp, "java.sql.Timestamp"},
    {TypeKind::kInstant, "Instant"},
    {TypeKind::kLocalDate, "LocalDate"},
    {TypeKind::kLocalTime, "LocalTime"},
    {TypeKind::kLocalDateTime, "LocalDateTime"},
    {TypeKind::kTimeWindow, "TimeWindow"},
    {TypeKind::kGlobalWindow, "GlobalWindow"},
    {TypeKind::kCountWindow, "CountWindow"},
    {TypeKind::kStringArray, "String[]"},
    {TypeKind::kList, "List"},
    {TypeKind::kSet, "Set"},
    {TypeKind::kMap, "Map"},
    {TypeKind::kNullAwareMap, "Map"},
    {TypeKind::kLinkedList, "LinkedList"},
    {TypeKind::kRow, "Row"},
    {TypeKind::kEither, "Either"},
    {TypeKind::kScalaEither, "Either"},
    {TypeKind::kOption, "Option"},
    {TypeKind::kTry, "Try"},
    {TypeKind::kTraversable, "TraversableOnce"},
    {TypeKind::kTaggedUnion, "TaggedUnion"},
    {TypeKind::kBufferEntry, "BufferEntry"},
    {TypeKind::kStreamElement, "StreamElement"},
    {TypeKind::kTwoPhaseCommit, "TwoPhaseCommitState"},
    {TypeKind::kTtl, "TtlValue"},
    {TypeKind::kTimer, "Timer"},
    {TypeKind::kStringData, "StringData"},
    {TypeKind::kRawValueData, "RAW"},
    {TypeKind::kDeweyNumber, "DeweyNumber"},
    {TypeKind::kEventId, "EventId"},
    {TypeKind::kNodeId, "NodeId"},
    {TypeKind::kSharedBufferEdge, "SharedBufferEdge"},
    {TypeKind::kLockable, "Lockable"},
    {TypeKind::kSharedBufferNode, "SharedBufferNode"},
    {TypeKind::kNfaState, "NFAState"},
    {TypeKind::kJavaObject, "java.io.Serializable"},
};

std::string_view simple_name(TypeKind kind) {
  const auto* const found = std::find_if(std::begin(kSimpleNames), std::end(kSimpleNames),
                                         [&](const auto& entry) { return entry.first == kind; });
  return found == std::end(kSimpleNames) ? std::string_view() : found->second;
}

void append_type(const Type& type, std::string& out) {
  if (type.kind == TypeKind::kOpaque) {
    const std::string& name = type.class_name.empty() ? type.snapshot_class : type.class_name;
    out += name.empty() ? "not described" : name;
  } else if (type.kind == TypeKind::kEnum || type.kind == TypeKind::kScalaEnum ||
             type.kind == TypeKind::kPojo) {
    out += type.class_name;
  } else if (type.kind == TypeKind::kPrimitiveArray && !type.members.empty()) {
    append_primitive(*type.members[0].type, out);
  } else if (type.kind == TypeKind::kObjectArray) {
    append_member(type, "[]", out);
  } else if (type.kind == TypeKind::kTuple) {
    append_tuple(type, out);
  } else if (type.kind == TypeKind::kNullable) {
    append_member(type, "", out);
  } else if (type.kind == TypeKind::kAvro) {
    append_avro(type, out);
  } else if (type.kind == TypeKind::kKryo) {
    out += base::format("Kryo<{}>", type.class_name);
  } else if (type.kind == TypeKind::kDecimalData) {
    out += base::format("DecimalData({}, {})", type.size, type.scale);
  } else if (type.kind == TypeKind::kTimestampData) {
    out += base::format("TimestampData({})", type.size);
  } else if (type.sql) {
    append_sql(type, out);
  } else {
    append_generic(simple_name(type.kind), type, out);
  }
}

constexpr std::pair<TypeKind, int32_t> kLengths[] = {
    {TypeKind::kNullValue, 0},   {TypeKind::kVoidNamespace, 0}, {TypeKind::kBoolean, 1},
    {TypeKind::kByte, 1},        {TypeKind::kVoid, 1},          {TypeKind::kGlobalWindow, 1},
    {TypeKind::kShort, 2},       {TypeKind::kChar, 2},          {TypeKind::kInt, 4},
    {TypeKind::kFloat, 4},       {TypeKind::kEnum, 4},          {TypeKind::kScalaEnum, 4},
    {TypeKind::kLocalDate, 6},   {TypeKind::kLocalTime, 7},     {TypeKind::kLong, 8},
    {TypeKind::kDouble, 8},      {TypeKind::kDate, 8},          {TypeKind::kSqlDate, 8},
    {TypeKind::kSqlTime, 8},     {TypeKind::kCountWindow, 8},   {TypeKind::kSqlTimestamp, 12},
    {TypeKind::kInstant, 12},    {TypeKind::kEventId, 12},      {TypeKind::kLocalDateTime, 13},
    {TypeKind::kTimeWindow, 16},
};

// TupleSerializerBase.getLength(): a field of no bytes makes a tuple one of variable length.
int32_t tuple_length(const Type& type) {
  int64_t sum = 0;
  for (const TypeMember& member : type.members) {
    const int32_t length = fixed_length(*member.type);
    if (length <= 0) return -1;
    sum += length;
  }
  return sum > INT32_MAX ? -1 : static_cast<int32_t>(sum);
}

// CompositeSerializer.getLength(), with `more` bytes.
int32_t sum_of_lengths(const Type& type, int32_t more) {
  int64_t sum = more;
  for (const TypeMember& member : type.members) {
    const int32_t length = fixed_length(*member.type);
    if (length < 0) return -1;
    sum += length;
  }
  return sum > INT32_MAX ? -1 : static_cast<int32_t>(sum);
}

}  // namespace

std::string to_string(const Type& type) {
  std::string out;
  append_type(type, out);
  return out;
}

int32_t fixed_length(const Type& type) {
  if (type.kind == TypeKind::kTuple) return tuple_length(type);
  if (type.kind == TypeKind::kTtl || type.kind == TypeKind::kTimer) return sum_of_lengths(type, 8);
  if (type.kind == TypeKind::kTimestampData) return type.size <= 3 ? 8 : 12;
  if (type.kind == TypeKind::kNullable) return type.size > 0 ? 1 + type.size : -1;
  const auto* const found = std::find_if(std::begin(kLengths), std::end(kLengths),
                                         [&](const auto& entry) { return entry.first == type.kind; });
  return found == std::end(kLengths) ? -1 : found->second;
}

}  // namespace checkpointfs::state
