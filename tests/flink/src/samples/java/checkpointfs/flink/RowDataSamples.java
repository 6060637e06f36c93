// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BinaryType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.CharType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DayTimeIntervalType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RawType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.YearMonthIntervalType;
import org.apache.flink.types.RowKind;

/** Rows of SQL, a row for each family of types: without nulls, and with nulls only. The snapshot has no names of their fields. */
final class RowDataSamples {
    private RowDataSamples() {}

    static void addTo(Samples samples) {
        numbers(samples);
        texts(samples);
        times(samples);
        collections(samples);
        wide(samples);
    }

    private static GenericRowData row(RowKind kind, Object... fields) {
        return GenericRowData.ofKind(kind, fields);
    }

    private static Samples.Sample<RowData> add(Samples samples, String name, String type, LogicalType... types) {
        return samples.add(name, "ROW<" + type + ">", new RowDataSerializer(types));
    }

    private static void numbers(Samples samples) {
        add(samples, "row of numbers",
                        "f0 BOOLEAN, f1 TINYINT, f2 SMALLINT, f3 INT NOT NULL, f4 BIGINT, f5 FLOAT, f6 DOUBLE, f7 DECIMAL(5, 2), f8 DECIMAL(38, 18)",
                        new BooleanType(), new TinyIntType(), new SmallIntType(), new IntType(false), new BigIntType(), new FloatType(),
                        new DoubleType(), new DecimalType(5, 2), new DecimalType(38, 18))
                .value(row(RowKind.INSERT, true, (byte) -1, (short) -300, -70000, Long.MIN_VALUE, 1.5f, -0.25,
                                DecimalData.fromBigDecimal(new BigDecimal("-123.45"), 5, 2),
                                DecimalData.fromBigDecimal(new BigDecimal("12345678901234567890.000000000000000001"), 38, 18)),
                        "{\"$kind\":\"+I\",\"f0\":true,\"f1\":-1,\"f2\":-300,\"f3\":-70000,\"f4\":-9223372036854775808,\"f5\":1.5,"
                                + "\"f6\":-0.25,\"f7\":\"-123.45\",\"f8\":\"12345678901234567890.000000000000000001\"}")
                .value(row(RowKind.DELETE, null, null, null, 0, null, null, null, null, null),
                        "{\"$kind\":\"-D\",\"f0\":null,\"f1\":null,\"f2\":null,\"f3\":0,\"f4\":null,\"f5\":null,\"f6\":null,"
                                + "\"f7\":null,\"f8\":null}");
    }

    private static void texts(Samples samples) {
        add(samples, "row of texts", "f0 CHAR(3), f1 VARCHAR(20), f2 STRING, f3 BINARY(2), f4 VARBINARY(30), f5 BYTES",
                        new CharType(3), new VarCharType(20), VarCharType.STRING_TYPE, new BinaryType(2), new VarBinaryType(30),
                        new VarBinaryType(VarBinaryType.MAX_LENGTH))
                .value(row(RowKind.UPDATE_BEFORE, StringData.fromString("abc"), StringData.fromString("1234567"),
                                StringData.fromString("longer than 7 bytes, é"), new byte[] {1, -1}, new byte[0],
                                new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
                        "{\"$kind\":\"-U\",\"f0\":\"abc\",\"f1\":\"1234567\",\"f2\":\"longer than 7 bytes, é\",\"f3\":\"0x01ff\","
                                + "\"f4\":\"0x\",\"f5\":\"0x0102030405060708\"}")
                .value(row(RowKind.UPDATE_AFTER, null, null, null, null, null, null),
                        "{\"$kind\":\"+U\",\"f0\":null,\"f1\":null,\"f2\":null,\"f3\":null,\"f4\":null,\"f5\":null}");
    }

    private static void times(Samples samples) {
        TimestampData milliseconds = TimestampData.fromEpochMillis(1_700_000_000_123L);
        TimestampData nanoseconds = TimestampData.fromEpochMillis(1_700_000_000_123L, 456_789);
        add(samples, "row of times",
                        "f0 DATE, f1 TIME(3), f2 TIMESTAMP(3), f3 TIMESTAMP(9), f4 TIMESTAMP_LTZ(3), f5 TIMESTAMP_LTZ(9), "
                                + "f6 INTERVAL YEAR TO MONTH, f7 INTERVAL DAY TO SECOND",
                        new DateType(), new TimeType(3), new TimestampType(3), new TimestampType(9), new LocalZonedTimestampType(3),
                        new LocalZonedTimestampType(9),
                        new YearMonthIntervalType(YearMonthIntervalType.YearMonthResolution.YEAR_TO_MONTH),
                        new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY_TO_SECOND))
                .value(row(RowKind.INSERT, 19675, 80_000_123, milliseconds, nanoseconds, milliseconds, nanoseconds, 14, -5L),
                        "{\"$kind\":\"+I\",\"f0\":\"2023-11-14\",\"f1\":\"22:13:20.123\",\"f2\":\"2023-11-14T22:13:20.123\","
                                + "\"f3\":\"2023-11-14T22:13:20.123456789\",\"f4\":\"2023-11-14T22:13:20.123Z\","
                                + "\"f5\":\"2023-11-14T22:13:20.123456789Z\",\"f6\":14,\"f7\":-5}")
                .value(row(RowKind.INSERT, null, null, null, null, null, null, null, null),
                        "{\"$kind\":\"+I\",\"f0\":null,\"f1\":null,\"f2\":null,\"f3\":null,\"f4\":null,\"f5\":null,\"f6\":null,"
                                + "\"f7\":null}");
    }

    private static void collections(Samples samples) {
        Map<StringData, Integer> map = new LinkedHashMap<>();
        map.put(StringData.fromString("a"), 1);
        map.put(StringData.fromString("b"), null);
        Map<Integer, StringData> numbers = new LinkedHashMap<>(Map.of(7, StringData.fromString("seven")));
        add(samples, "row of collections",
                        "f0 ARRAY<INT>, f1 ARRAY<STRING>, f2 MAP<STRING, INT>, f3 MAP<INT, STRING>, f4 MULTISET<STRING>, "
                                + "f5 ROW<a INT, b ARRAY<TIMESTAMP(9)>>, f6 RAW<java.lang.String>",
                        new ArrayType(new IntType()), new ArrayType(VarCharType.STRING_TYPE),
                        new MapType(VarCharType.STRING_TYPE, new IntType()), new MapType(new IntType(), VarCharType.STRING_TYPE),
                        new MultisetType(VarCharType.STRING_TYPE),
                        RowType.of(new LogicalType[] {new IntType(), new ArrayType(new TimestampType(9))}, new String[] {"a", "b"}),
                        new RawType<>(String.class, StringSerializer.INSTANCE))
                .readable("partly")
                .value(row(RowKind.INSERT,
                                new GenericArrayData(new Integer[] {1, null, 3}),
                                new GenericArrayData(new Object[] {StringData.fromString("x"), null, StringData.fromString("a long text")}),
                                new GenericMapData(map),
                                new GenericMapData(numbers),
                                new GenericMapData(new LinkedHashMap<>(Map.of(StringData.fromString("m"), 2))),
                                GenericRowData.of(5, new GenericArrayData(new Object[] {TimestampData.fromEpochMillis(1, 2)})),
                                RawValueData.fromObject("abc")),
                        "{\"$kind\":\"+I\",\"f0\":[1,null,3],\"f1\":[\"x\",null,\"a long text\"],\"f2\":{\"a\":1,\"b\":null},"
                                + "\"f3\":[[7,\"seven\"]],\"f4\":{\"m\":2},\"f5\":{\"a\":5,\"b\":[\"1970-01-01T00:00:00.001000002\"]},"
                                + "\"f6\":\"abc\"}")
                .value(row(RowKind.INSERT, null, null, null, null, null, null, null),
                        "{\"$kind\":\"+I\",\"f0\":null,\"f1\":null,\"f2\":null,\"f3\":null,\"f4\":null,\"f5\":null,\"f6\":null}");
    }

    /** The bits of the nulls take more than one word. */
    private static void wide(Samples samples) {
        int fields = 58;
        LogicalType[] types = new LogicalType[fields];
        GenericRowData row = new GenericRowData(fields);
        StringBuilder type = new StringBuilder();
        StringBuilder json = new StringBuilder("{\"$kind\":\"+I\"");
        for (int i = 0; i < fields; i++) {
            types[i] = new IntType();
            row.setField(i, i % 3 == 0 ? null : i);
            type.append(i == 0 ? "" : ", ").append("f").append(i).append(" INT");
            json.append(",\"f").append(i).append("\":").append(i % 3 == 0 ? "null" : String.valueOf(i));
        }
        add(samples, "wide row", type.toString(), types).value(row, json + "}");
    }
}
