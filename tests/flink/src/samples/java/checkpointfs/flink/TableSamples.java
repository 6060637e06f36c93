// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.dataview.ListViewSerializer;
import org.apache.flink.table.dataview.MapViewSerializer;
import org.apache.flink.table.dataview.NullAwareMapSerializer;
import org.apache.flink.table.dataview.NullSerializer;
import org.apache.flink.table.runtime.operators.window.CountWindow;
import org.apache.flink.table.runtime.operators.window.TimeWindow;
import org.apache.flink.table.runtime.typeutils.ArrayDataSerializer;
import org.apache.flink.table.runtime.typeutils.BinaryRowDataSerializer;
import org.apache.flink.table.runtime.typeutils.DecimalDataSerializer;
import org.apache.flink.table.runtime.typeutils.ExternalSerializer;
import org.apache.flink.table.runtime.typeutils.LinkedListSerializer;
import org.apache.flink.table.runtime.typeutils.MapDataSerializer;
import org.apache.flink.table.runtime.typeutils.RawValueDataSerializer;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.runtime.typeutils.SortedMapSerializer;
import org.apache.flink.table.runtime.typeutils.StringDataSerializer;
import org.apache.flink.table.runtime.typeutils.TimestampDataSerializer;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.Row;

/** The serializers of SQL besides that of rows. */
final class TableSamples {
    private static final TypeSerializer<String> STRING = StringSerializer.INSTANCE;
    private static final TypeSerializer<Long> LONG = LongSerializer.INSTANCE;

    private TableSamples() {}

    static void addTo(Samples samples) {
        data(samples);
        collections(samples);
        containers(samples);
        views(samples);
        external(samples);
    }

    private static void data(Samples samples) {
        samples.add("StringData", "StringData", StringDataSerializer.INSTANCE)
                .value(StringData.fromString(""), "\"\"")
                .value(StringData.fromString("héllo"), "\"héllo\"");
        samples.add("short DecimalData", "DecimalData(10, 2)", new DecimalDataSerializer(10, 2))
                .value(DecimalData.fromBigDecimal(new BigDecimal("-12.50"), 10, 2), "\"-12.50\"");
        samples.add("long DecimalData", "DecimalData(38, 10)", new DecimalDataSerializer(38, 10))
                .value(DecimalData.fromBigDecimal(new BigDecimal("1234567890123456789012345678.5"), 38, 10),
                        "\"1234567890123456789012345678.5000000000\"");
        samples.add("TimestampData of milliseconds", "TimestampData(3)", new TimestampDataSerializer(3))
                .value(TimestampData.fromEpochMillis(1_700_000_000_123L), "\"2023-11-14T22:13:20.123\"");
        samples.add("TimestampData of nanoseconds", "TimestampData(9)", new TimestampDataSerializer(9))
                .value(TimestampData.fromEpochMillis(-1, 999_999), "\"1969-12-31T23:59:59.999999999\"");
        samples.add("RawValueData", "RAW<String>", new RawValueDataSerializer<>(STRING)).value(RawValueData.fromObject("abc"), "\"abc\"");
        samples.add("BinaryRowData", "org.apache.flink.table.runtime.typeutils.BinaryRowDataSerializer$BinaryRowDataSerializerSnapshot",
                        new BinaryRowDataSerializer(1))
                .readable("no")
                .opaque(new RowDataSerializer(new IntType()).toBinaryRow(GenericRowData.of(5)),
                        "org.apache.flink.table.runtime.typeutils.BinaryRowDataSerializer$BinaryRowDataSerializerSnapshot");
        samples.add("TimeWindow of SQL", "TimeWindow", new TimeWindow.Serializer())
                .value(new TimeWindow(1, 2), "{\"start\":1,\"end\":2}");
        samples.add("CountWindow", "CountWindow", new CountWindow.Serializer()).value(new CountWindow(5), "{\"id\":5}");
    }

    private static void collections(Samples samples) {
        samples.add("ArrayData", "ARRAY<STRING>", new ArrayDataSerializer(VarCharType.STRING_TYPE))
                .value(new GenericArrayData(new Object[] {StringData.fromString("a"), null, StringData.fromString("longer text")}),
                        "[\"a\",null,\"longer text\"]")
                .value(new GenericArrayData(new Object[0]), "[]");
        Map<StringData, Integer> map = new LinkedHashMap<>();
        map.put(StringData.fromString("a"), 1);
        map.put(StringData.fromString("b"), null);
        samples.add("MapData", "MAP<STRING, INT>", new MapDataSerializer(VarCharType.STRING_TYPE, new IntType()))
                .value(new GenericMapData(map), "{\"a\":1,\"b\":null}");
        LinkedList<String> list = new LinkedList<>();
        list.add("a");
        list.add(null);
        list.add("b");
        samples.add("LinkedList with nulls", "LinkedList<String>", new LinkedListSerializer<>(STRING, true)).value(list, "[\"a\",null,\"b\"]");
        samples.add("LinkedList without nulls", "LinkedList<String>", new LinkedListSerializer<>(STRING, false))
                .value(new LinkedList<>(List.of("a", "b")), "[\"a\",\"b\"]");
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static void containers(Samples samples) {
        TreeMap<String, Long> sorted = new TreeMap<>(Map.of("a", 1L, "b", 2L));
        samples.add("SortedMap", "Map<String, Long>", (TypeSerializer) new SortedMapSerializer<>(Comparator.<String>naturalOrder(), STRING, LONG))
                .value(sorted, "{\"a\":1,\"b\":2}");
        Map<String, Long> nulls = new LinkedHashMap<>();
        nulls.put(null, 1L);
        nulls.put("a", null);
        samples.add("map with a null key", "Map<String, Long>", new NullAwareMapSerializer<>(STRING, LONG))
                .value(nulls, "[[null,1],[\"a\",null]]")
                .value(ContainerSamples.map("a", 5L), "{\"a\":5}");
    }

    private static void views(Samples samples) {
        samples.add("NullSerializer", "Void", NullSerializer.INSTANCE).value(null, "null");
        ListView<String> list = new ListView<>();
        list.setList(List.of("a"));
        samples.add("ListView", "List<String>", new ListViewSerializer<>(new ListSerializer<>(STRING))).value(list, "[\"a\"]");
        MapView<String, Integer> map = new MapView<>();
        map.setMap(Map.of("a", 1));
        samples.add("MapView", "Map<String, Integer>", new MapViewSerializer<>(new MapSerializer<>(STRING, IntSerializer.INSTANCE)))
                .value(map, "{\"a\":1}");
    }

    private static void external(Samples samples) {
        TypeSerializer<Row> row = ExternalSerializer.of(
                DataTypes.ROW(DataTypes.FIELD("a", DataTypes.INT().notNull()), DataTypes.FIELD("b", DataTypes.STRING())));
        samples.add("external row", "ROW<f0 INT NOT NULL, f1 STRING>", row)
                .value(Row.of(1, "x"), "{\"$kind\":\"+I\",\"f0\":1,\"f1\":\"x\"}");
        samples.add("external string", "StringData", ExternalSerializer.<StringData, String>of(DataTypes.STRING())).value("x", "\"x\"");
    }
}
