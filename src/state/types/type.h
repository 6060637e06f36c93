// SPDX-License-Identifier: Apache-2.0
// The type of keys, namespaces and values, as a snapshot of Flink's serializer describes it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace checkpointfs::state {

struct Type;
struct AvroSchema;                            // types/avro_schema.h
struct LogicalType;                           // types/logical_type.h: a type of SQL
using TypePtr = std::shared_ptr<const Type>;  // never null

// Each kind is one encoding of values.
enum class TypeKind : uint8_t {
  kOpaque,  // the serializer is not known, or its values have no known form; perhaps `class_name`
  kBoolean,
  kByte,
  kShort,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kChar,
  kString,       // StringValue with length + 1; 0 is null
  kStringValue,  // the class StringValue: plain length
  kNullValue,    // no bytes
  kVoid,         // one byte 0: VoidSerializer, NullSerializer
  kVoidNamespace,
  kBigInteger,
  kBigDecimal,
  kDate,  // java.util.Date
  kSqlDate,
  kSqlTime,
  kSqlTimestamp,
  kInstant,
  kLocalDate,
  kLocalTime,
  kLocalDateTime,
  kEnum,       // `names`: the constants by stored ordinal
  kScalaEnum,  // `names` and `ids`
  kTimeWindow,
  kGlobalWindow,
  kCountWindow,
  kPrimitiveArray,  // members: the element; of bytes, too
  kStringArray,
  kObjectArray,     // members: the element
  kList,            // members: the element
  kSet,             // members: the element
  kMap,             // members: key, value; SortedMap, too
  kNullAwareMap,    // members: key, value
  kLinkedList,      // members: the element; `flag`: has a null mask
  kTuple,           // members: f0, f1, ...; Scala's case classes, too
  kRow,             // members: f0, f1, ...; `flag`: has the bits of the row kind
  kPojo,            // members: the fields; `subclasses`
  kEither,          // members: left, right
  kScalaEither,     // members: left, right
  kOption,          // members: the element
  kTry,             // members: the element, the Throwable
  kTraversable,     // members: the element
  kNullable,        // members: the value; `size`: bytes of padding after a null
  kTaggedUnion,     // members: one, two
  kBufferEntry,     // members: the element
  kStreamElement,   // members: the record
  kTwoPhaseCommit,  // members: transaction, context; `flag`: supports null
  kTtl,             // members: the user value
  kTimer,           // members: key, namespace
  kAvro,            // `avro`
  kKryo,            // `class_name`; `names`: the registrations, "" for one with a serializer of its own
  kRowData,         // `sql`: a row; members: the serializers of the fields
  kStringData,
  kDecimalData,    // `size`: precision; `scale`
  kTimestampData,  // `size`: precision
  kArrayData,      // `sql`: an array
  kMapData,        // `sql`: a map
  kRawValueData,   // members: the value
  kDeweyNumber,    // this and what follows: org.apache.flink.cep
  kEventId,
  kNodeId,
  kSharedBufferEdge,
  kLockable,  // members: the element
  kSharedBufferNode,
  kNfaState,    // `flag`: has previous timestamps
  kJavaObject,  // a stream of Java's own serialization
};

// The metadata around a snapshot tells its writer. Kryo 2.24 (Flink 1.x) and Kryo 5.6 (2.x) have the same
// snapshot class and version.
enum class Writer : uint8_t { kFlink1, kFlink2 };

struct TypeMember {
  std::string name;  // UTF-8; "" where members have no names
  TypePtr type;
};

// A subclass of a POJO's class.
struct PojoSubclass {
  std::string class_name;
  TypePtr type;             // its own serializer; kOpaque if the snapshot does not describe it
  bool registered = false;  // then its position among the registered ones is the tag in the values
};

struct Type {
  TypeKind kind = TypeKind::kOpaque;
  std::string snapshot_class;  // binary name of the serializer snapshot's class
  std::string class_name;      // binary name of the class of the values, where the snapshot has it
  std::vector<TypeMember> members;
  std::vector<std::string> names;
  std::vector<int32_t> ids;
  std::vector<PojoSubclass> subclasses;
  int32_t size = 0;
  int32_t scale = 0;
  bool flag = false;
  bool kryo5 = false;                      // kKryo: written by Flink 2.x
  std::vector<std::string> kryo_defaults;  // kKryo: classes whose subclasses have a serializer of the user
  std::shared_ptr<const AvroSchema> avro;
  std::shared_ptr<const LogicalType> sql;
};

// Returns the name that a Java programmer would write: "String", "Tuple2<String, Long>", "com.acme.Order",
// "List<Long>", "ROW<id BIGINT, name STRING>". Types that cannot be read name their serializer:
// "Kryo<com.acme.Order>", "com.acme.OrderSerializerSnapshot"; "not described" without one.
std::string to_string(const Type& type);
// Bytes of each value as TypeSerializer.getLength() has it; -1 if values differ in length. 0 for
// VoidNamespace, which writes a byte.
int32_t fixed_length(const Type& type);

}  // namespace checkpointfs::state
