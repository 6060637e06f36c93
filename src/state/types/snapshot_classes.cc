// SPDX-License-Identifier: Apache-2.0
#include "state/types/snapshot_classes.h"

#include <initializer_list>
#include <unordered_map>
#include <vector>

namespace checkpointfs::state {
namespace {

using Kind = TypeKind;
using Layout = SnapshotLayout;

constexpr std::string_view kFlink = "org.apache.flink.";

constexpr SnapshotClass simple(Kind kind, std::string_view name) {
  return {.name = name, .kind = kind};
}

constexpr SnapshotClass array_of(Kind element, std::string_view name) {
  return {.name = name, .kind = Kind::kPrimitiveArray, .element = element};
}

constexpr SnapshotClass other(Layout layout, Kind kind, std::string_view name) {
  return {.name = name, .kind = kind, .layout = layout};
}

constexpr SnapshotClass composite(Kind kind, std::string_view name,
                                  std::initializer_list<const char*> members) {
  SnapshotClass made{.name = name, .kind = kind, .layout = Layout::kComposite};
  for (const char* member : members) made.members[made.count++] = member;
  return made;
}

constexpr SnapshotClass fields(Kind kind, std::string_view name) {
  return {.name = name, .kind = kind, .layout = Layout::kComposite, .nested = NestedSnapshots::kFields};
}

constexpr SnapshotClass wrapper(std::string_view name) {
  return {.name = name, .layout = Layout::kComposite, .nested = NestedSnapshots::kWrapped, .count = 1};
}

constexpr SnapshotClass with(OuterSnapshot outer, SnapshotClass made) {
  made.outer = outer;
  return made;
}

constexpr SnapshotClass with_flag(int8_t true_since, int8_t flag_since, SnapshotClass made) {
  made.outer = OuterSnapshot::kFlag;
  made.true_since = true_since;
  made.flag_since = flag_since;
  return made;
}

// The serializers of flink-core.
constexpr SnapshotClass kCoreClasses[] = {
    simple(Kind::kBoolean, "api.common.typeutils.base.BooleanSerializer$BooleanSerializerSnapshot"),
    simple(Kind::kByte, "api.common.typeutils.base.ByteSerializer$ByteSerializerSnapshot"),
    simple(Kind::kShort, "api.common.typeutils.base.ShortSerializer$ShortSerializerSnapshot"),
    simple(Kind::kInt, "api.common.typeutils.base.IntSerializer$IntSerializerSnapshot"),
    simple(Kind::kLong, "api.common.typeutils.base.LongSerializer$LongSerializerSnapshot"),
    simple(Kind::kFloat, "api.common.typeutils.base.FloatSerializer$FloatSerializerSnapshot"),
    simple(Kind::kDouble, "api.common.typeutils.base.DoubleSerializer$DoubleSerializerSnapshot"),
    simple(Kind::kChar, "api.common.typeutils.base.CharSerializer$CharSerializerSnapshot"),
    simple(Kind::kString, "api.common.typeutils.base.StringSerializer$StringSerializerSnapshot"),
    simple(Kind::kBoolean, "api.common.typeutils.base.BooleanValueSerializer$BooleanValueSerializerSnapshot"),
    simple(Kind::kByte, "api.common.typeutils.base.ByteValueSerializer$ByteValueSerializerSnapshot"),
    simple(Kind::kShort, "api.common.typeutils.base.ShortValueSerializer$ShortValueSerializerSnapshot"),
    simple(Kind::kInt, "api.common.typeutils.base.IntValueSerializer$IntValueSerializerSnapshot"),
    simple(Kind::kLong, "api.common.typeutils.base.LongValueSerializer$LongValueSerializerSnapshot"),
    simple(Kind::kFloat, "api.common.typeutils.base.FloatValueSerializer$FloatValueSerializerSnapshot"),
    simple(Kind::kDouble, "api.common.typeutils.base.DoubleValueSerializer$DoubleValueSerializerSnapshot"),
    simple(Kind::kChar, "api.common.typeutils.base.CharValueSerializer$CharValueSerializerSnapshot"),
    simple(Kind::kStringValue,
           "api.common.typeutils.base.StringValueSerializer$StringValueSerializerSnapshot"),
    simple(Kind::kNullValue, "api.common.typeutils.base.NullValueSerializer$NullValueSerializerSnapshot"),
    simple(Kind::kVoid, "api.common.typeutils.base.VoidSerializer$VoidSerializerSnapshot"),
    simple(Kind::kBigInteger, "api.common.typeutils.base.BigIntSerializer$BigIntSerializerSnapshot"),
    simple(Kind::kBigDecimal, "api.common.typeutils.base.BigDecSerializer$BigDecSerializerSnapshot"),
    simple(Kind::kDate, "api.common.typeutils.base.DateSerializer$DateSerializerSnapshot"),
    simple(Kind::kSqlDate, "api.common.typeutils.base.SqlDateSerializer$SqlDateSerializerSnapshot"),
    simple(Kind::kSqlTime, "api.common.typeutils.base.SqlTimeSerializer$SqlTimeSerializerSnapshot"),
    simple(Kind::kSqlTimestamp,
           "api.common.typeutils.base.SqlTimestampSerializer$SqlTimestampSerializerSnapshot"),
    simple(Kind::kInstant, "api.common.typeutils.base.InstantSerializer$InstantSerializerSnapshot"),
    simple(Kind::kLocalDate, "api.common.typeutils.base.LocalDateSerializer$LocalDateSerializerSnapshot"),
    simple(Kind::kLocalTime, "api.common.typeutils.base.LocalTimeSerializer$LocalTimeSerializerSnapshot"),
    simple(Kind::kLocalDateTime,
           "api.common.typeutils.base.LocalDateTimeSerializer$LocalDateTimeSerializerSnapshot"),
    simple(Kind::kOpaque, "api.common.typeutils.base.BitmapSerializer$BitmapSerializerSnapshot"),
    simple(Kind::kOpaque, "api.common.typeutils.base.VariantSerializer$VariantSerializerSnapshot"),
    simple(Kind::kOpaque, "api.java.typeutils.runtime.Tuple0SerializerSnapshot"),
    array_of(
        Kind::kBoolean,
        "api.common.typeutils.base.array.BooleanPrimitiveArraySerializer$BooleanPrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kByte,
        "api.common.typeutils.base.array.BytePrimitiveArraySerializer$BytePrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kShort,
        "api.common.typeutils.base.array.ShortPrimitiveArraySerializer$ShortPrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kInt,
        "api.common.typeutils.base.array.IntPrimitiveArraySerializer$IntPrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kLong,
        "api.common.typeutils.base.array.LongPrimitiveArraySerializer$LongPrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kFloat,
        "api.common.typeutils.base.array.FloatPrimitiveArraySerializer$FloatPrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kDouble,
        "api.common.typeutils.base.array.DoublePrimitiveArraySerializer$DoublePrimitiveArraySerializerSnapshot"),
    array_of(
        Kind::kChar,
        "api.common.typeutils.base.array.CharPrimitiveArraySerializer$CharPrimitiveArraySerializerSnapshot"),
    simple(Kind::kStringArray,
           "api.common.typeutils.base.array.StringArraySerializer$StringArraySerializerSnapshot"),
    other(Layout::kEnum, Kind::kEnum, "api.common.typeutils.base.EnumSerializer$EnumSerializerSnapshot"),
    composite(Kind::kList, "api.common.typeutils.base.ListSerializerSnapshot", {"element"}),
    composite(Kind::kSet, "api.common.typeutils.base.SetSerializerSnapshot", {"element"}),
    composite(Kind::kMap, "api.common.typeutils.base.MapSerializerSnapshot", {"key", "value"}),
    with(OuterSnapshot::kClass,
         composite(Kind::kObjectArray, "api.common.typeutils.base.GenericArraySerializerSnapshot",
                   {"element"})),
    with(OuterSnapshot::kClass,
         composite(Kind::kObjectArray, "api.common.typeutils.base.GenericArraySerializerConfigSnapshot",
                   {"element"})),
    wrapper(
        "api.common.typeutils.SingleThreadAccessCheckingTypeSerializer$SingleThreadAccessCheckingTypeSerializerSnapshot"),
    with(OuterSnapshot::kClass, fields(Kind::kTuple, "api.java.typeutils.runtime.TupleSerializerSnapshot")),
    composite(Kind::kEither, "api.java.typeutils.runtime.JavaEitherSerializerSnapshot", {"left", "right"}),
    composite(Kind::kEither, "api.java.typeutils.runtime.EitherSerializerSnapshot", {"left", "right"}),
    with(OuterSnapshot::kPadding,
         composite(Kind::kNullable,
                   "api.java.typeutils.runtime.NullableSerializer$NullableSerializerSnapshot", {"value"})),
    with_flag(3, 4, fields(Kind::kRow, "api.java.typeutils.runtime.RowSerializer$RowSerializerSnapshot")),
    other(Layout::kPojo, Kind::kPojo, "api.java.typeutils.runtime.PojoSerializerSnapshot"),
    other(Layout::kKryo, Kind::kKryo, "api.java.typeutils.runtime.kryo.KryoSerializerSnapshot"),
    other(Layout::kClassName, Kind::kOpaque,
          "api.java.typeutils.runtime.ValueSerializer$ValueSerializerSnapshot"),
    other(Layout::kClassName, Kind::kOpaque,
          "api.java.typeutils.runtime.CopyableValueSerializer$CopyableValueSerializerSnapshot"),
    other(Layout::kClassName, Kind::kOpaque,
          "api.java.typeutils.runtime.WritableSerializer$WritableSerializerSnapshot"),
    other(Layout::kAvro, Kind::kAvro, "formats.avro.typeutils.AvroSerializerSnapshot"),
};

// The serializers of state backends, of streaming operators, and of patterns.
constexpr SnapshotClass kRuntimeClasses[] = {
    simple(Kind::kVoidNamespace, "runtime.state.VoidNamespaceSerializer$VoidNamespaceSerializerSnapshot"),
    simple(Kind::kJavaObject, "runtime.state.JavaSerializer$JavaSerializerSnapshot"),
    composite(Kind::kList, "runtime.state.ArrayListSerializerSnapshot", {"element"}),
    composite(Kind::kTtl, "runtime.state.ttl.TtlStateFactory$TtlSerializerSnapshot", {nullptr, "value"}),
    composite(Kind::kTtl, "runtime.state.v2.ttl.TtlStateFactory$TtlSerializerSnapshot", {nullptr, "value"}),
    other(Layout::kTtlAware, Kind::kOpaque, "runtime.state.ttl.TtlAwareSerializerSnapshot"),
    composite(Kind::kTimer, "streaming.api.operators.TimerSerializerSnapshot", {"key", "namespace"}),
    simple(Kind::kTimeWindow,
           "streaming.api.windowing.windows.TimeWindow$Serializer$TimeWindowSerializerSnapshot"),
    simple(Kind::kGlobalWindow,
           "streaming.api.windowing.windows.GlobalWindow$Serializer$GlobalWindowSerializerSnapshot"),
    composite(Kind::kTaggedUnion, "streaming.api.datastream.CoGroupedStreams$UnionSerializerSnapshot",
              {"one", "two"}),
    composite(Kind::kStreamElement,
              "streaming.runtime.streamrecord.StreamElementSerializer$StreamElementSerializerSnapshot",
              {"record"}),
    composite(Kind::kBufferEntry,
              "streaming.api.operators.co.IntervalJoinOperator$BufferEntrySerializerSnapshot", {"element"}),
    with_flag(3, 4,
              composite(Kind::kTwoPhaseCommit,
                        "streaming.api.functions.sink.TwoPhaseCommitSinkFunction$StateSerializerSnapshot",
                        {"transaction", "context"})),
    with_flag(
        3, 4,
        composite(Kind::kTwoPhaseCommit,
                  "streaming.api.functions.sink.legacy.TwoPhaseCommitSinkFunction$StateSerializerSnapshot",
                  {"transaction", "context"})),
    simple(Kind::kDeweyNumber, "cep.nfa.DeweyNumber$DeweyNumberSerializer$DeweyNumberSerializerSnapshot"),
    simple(Kind::kEventId, "cep.nfa.sharedbuffer.EventId$EventIdSerializer$EventIdSerializerSnapshot"),
    composite(Kind::kNodeId, "cep.nfa.sharedbuffer.NodeId$NodeIdSerializer$NodeIdSerializerSnapshot",
              {nullptr}),
    composite(
        Kind::kSharedBufferEdge,
        "cep.nfa.sharedbuffer.SharedBufferEdge$SharedBufferEdgeSerializer$SharedBufferEdgeSerializerSnapshot",
        {nullptr, nullptr}),
    composite(Kind::kLockable, "cep.nfa.sharedbuffer.LockableTypeSerializerSnapshot", {"element"}),
    composite(Kind::kSharedBufferNode, "cep.nfa.sharedbuffer.SharedBufferNodeSerializerSnapshotV2",
              {nullptr}),
    wrapper(
        "cep.nfa.sharedbuffer.SharedBufferNode$SharedBufferNodeSerializer$SharedBufferNodeSerializerSnapshot"),
    with_flag(2, 2,
              composite(Kind::kNfaState, "cep.nfa.NFAStateSerializerSnapshot", {nullptr, nullptr, nullptr})),
};

// The serializers of SQL.
constexpr SnapshotClass kTableClasses[] = {
    simple(Kind::kVoid, "table.dataview.NullSerializer$NullSerializerSnapshot"),
    composite(Kind::kNullAwareMap, "table.dataview.NullAwareMapSerializerSnapshot", {"key", "value"}),
    wrapper("table.dataview.ListViewSerializerSnapshot"),
    wrapper("table.dataview.MapViewSerializerSnapshot"),
    simple(Kind::kTimeWindow,
           "table.runtime.operators.window.TimeWindow$Serializer$TimeWindowSerializerSnapshot"),
    simple(Kind::kCountWindow,
           "table.runtime.operators.window.CountWindow$Serializer$CountWindowSerializerSnapshot"),
    simple(Kind::kGlobalWindow,
           "table.runtime.operators.window.GlobalWindow$Serializer$GlobalWindowSerializerSnapshot"),
    simple(Kind::kOpaque, "table.runtime.operators.sink.SortedLongSerializer$SortedLongSerializerSnapshot"),
    simple(Kind::kStringData, "table.runtime.typeutils.StringDataSerializer$StringDataSerializerSnapshot"),
    other(Layout::kRowData, Kind::kRowData,
          "table.runtime.typeutils.RowDataSerializer$RowDataSerializerSnapshot"),
    other(Layout::kArrayData, Kind::kArrayData,
          "table.runtime.typeutils.ArrayDataSerializer$ArrayDataSerializerSnapshot"),
    other(Layout::kMapData, Kind::kMapData,
          "table.runtime.typeutils.MapDataSerializer$MapDataSerializerSnapshot"),
    other(Layout::kDecimalData, Kind::kDecimalData,
          "table.runtime.typeutils.DecimalDataSerializer$DecimalSerializerSnapshot"),
    other(Layout::kTimestampData, Kind::kTimestampData,
          "table.runtime.typeutils.TimestampDataSerializer$TimestampDataSerializerSnapshot"),
    other(Layout::kBinaryRow, Kind::kOpaque,
          "table.runtime.typeutils.BinaryRowDataSerializer$BinaryRowDataSerializerSnapshot"),
    other(Layout::kSortedMap, Kind::kMap, "table.runtime.typeutils.SortedMapSerializerSnapshot"),
    composite(Kind::kRawValueData,
              "table.runtime.typeutils.RawValueDataSerializer$RawValueDataSerializerSnapshot", {"value"}),
    with_flag(
        2, 3,
        composite(Kind::kLinkedList,
                  "table.runtime.typeutils.LinkedListSerializer$LinkedListSerializerSnapshot", {"element"})),
    with(OuterSnapshot::kExternal,
         wrapper("table.runtime.typeutils.ExternalSerializer$ExternalSerializerSnapshot")),
    other(Layout::kRowDataKey, Kind::kOpaque,
          "table.runtime.sequencedmultisetstate.linked.RowDataKeySerializerSnapshot"),
    fields(Kind::kTuple, "table.runtime.sequencedmultisetstate.linked.NodeSerializer$NodeSerializerSnapshot"),
    fields(Kind::kTuple,
           "table.runtime.sequencedmultisetstate.linked.MetaSqnInfoSerializer$MetaSqnInfoSerializerSnapshot"),
    fields(Kind::kTuple,
           "table.runtime.sequencedmultisetstate.linked.RowSqnInfoSerializer$RowSqnInfoSerializerSnapshot"),
};

// The serializers of flink-scala.
constexpr SnapshotClass kScalaClasses[] = {
    with(OuterSnapshot::kClass, fields(Kind::kTuple, "api.scala.typeutils.ScalaCaseClassSerializerSnapshot")),
    with(OuterSnapshot::kClass,
         fields(Kind::kTuple, "api.scala.typeutils.Tuple2CaseClassSerializerSnapshot")),
    composite(Kind::kOption, "api.scala.typeutils.ScalaOptionSerializerSnapshot", {"element"}),
    composite(Kind::kScalaEither, "api.scala.typeutils.ScalaEitherSerializerSnapshot", {"left", "right"}),
    composite(Kind::kTry, "api.scala.typeutils.ScalaTrySerializerSnapshot", {"element", "throwable"}),
    with(OuterSnapshot::kSource,
         composite(Kind::kTraversable, "api.scala.typeutils.TraversableSerializerSnapshot", {"element"})),
    other(Layout::kScalaEnum, Kind::kScalaEnum, "api.scala.typeutils.ScalaEnumSerializerSnapshot"),
    simple(Kind::kVoid, "api.scala.typeutils.UnitSerializer$UnitSerializerSnapshot"),
};

using ByName = std::unordered_map<std::string_view, const SnapshotClass*>;

ByName by_name() {
  ByName all;
  for (const SnapshotClass& each : kCoreClasses) all.emplace(each.name, &each);
  for (const SnapshotClass& each : kRuntimeClasses) all.emplace(each.name, &each);
  for (const SnapshotClass& each : kTableClasses) all.emplace(each.name, &each);
  for (const SnapshotClass& each : kScalaClasses) all.emplace(each.name, &each);
  return all;
}

}  // namespace

const SnapshotClass* find_snapshot_class(std::string_view name) {
  static const ByName kByName = by_name();
  if (!name.starts_with(kFlink)) return nullptr;
  const auto found = kByName.find(name.substr(kFlink.size()));
  return found == kByName.end() ? nullptr : found->second;
}

}  // namespace checkpointfs::state
