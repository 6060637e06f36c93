// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.LongFunction;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/** A type that state may have, and a value of it for each number: ordinary ones, and every seventh at an end of what the type holds. */
record Sample<T>(String name, TypeInformation<T> type, LongFunction<T> value) {
    private static final String[] TEXTS = {"", "plain", "Größe", "漢字 \uD83D\uDE00", "line\nfeed \"quoted\" \\", "\u0000\u0001\u202E", "x".repeat(200)};
    private static final double[] DOUBLES = {0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE,
        Double.MAX_VALUE, 1e21, 123456.75, 1e-7};
    private static final LocalDate DAY = LocalDate.of(2024, 2, 29);

    static final List<Sample<?>> BASIC = List.of(
            new Sample<>("boolean", Types.BOOLEAN, n -> n % 2 == 0),
            new Sample<>("byte", Types.BYTE, n -> (byte) n),
            new Sample<>("short", Types.SHORT, n -> (short) (n * 1009)),
            new Sample<>("int", Types.INT, n -> n % 7 == 0 ? Integer.MIN_VALUE : (int) n * 100_003),
            new Sample<>("long", Types.LONG, n -> n % 7 == 0 ? Long.MAX_VALUE : n * -10_000_000_019L),
            new Sample<>("float", Types.FLOAT, n -> n % 7 == 0 ? (float) DOUBLES[(int) (n / 7 % DOUBLES.length)] : n / 7f),
            new Sample<>("double", Types.DOUBLE, n -> n % 7 == 0 ? DOUBLES[(int) (n / 7 % DOUBLES.length)] : n / 3.0),
            new Sample<>("char", Types.CHAR, n -> (char) ('a' + n % 600)),
            new Sample<>("string", Types.STRING, n -> TEXTS[(int) (n % TEXTS.length)] + n),
            new Sample<>("big-integer", Types.BIG_INT, n -> n % 7 < 4 ? BigInteger.valueOf(n % 7 * n) : BigInteger.valueOf(-n).pow((int) n % 40)),
            new Sample<>("big-decimal", Types.BIG_DEC, n -> new BigDecimal(BigInteger.valueOf(n * 7919 - 100_000), (int) n % 11 - 3)),
            new Sample<>("enum", Types.ENUM(DayOfWeek.class), n -> DayOfWeek.of((int) (n % 7) + 1)));

    private static final List<Sample<?>> ALL_TIMES = List.of(
            new Sample<>("date", BasicTypeInfo.DATE_TYPE_INFO, n -> new Date(n * 86_400_123_457L)),
            new Sample<>("sql-date", Types.SQL_DATE, n -> new java.sql.Date(n % 7 == 0 ? n * 1_000_003 : n * 86_400_000)),
            new Sample<>("sql-time", Types.SQL_TIME, n -> new java.sql.Time(n % 7 == 0 ? -n : n * 250_001 % 86_400_000)),
            new Sample<>("sql-timestamp", Types.SQL_TIMESTAMP, n -> Timestamp.from(Instant.ofEpochSecond(n * 1_000_003 - 50_000_000, n * 7_000_001))),
            new Sample<>("instant", Types.INSTANT, n -> n % 7 == 0 ? Instant.ofEpochSecond(n * -100_000_000_000L) : Instant.ofEpochSecond(n * 10_000_019, n * 1000)),
            new Sample<>("local-date", Sample.<LocalDate>local("LOCAL_DATE"), n -> n % 7 == 0 ? LocalDate.of((int) n * 1000 - 9000, 1, 1) : DAY.plusDays(n)),
            new Sample<>("local-time", Sample.<LocalTime>local("LOCAL_TIME"), n -> LocalTime.ofNanoOfDay(n % 7 == 0 ? n * 60_000_000_000L : n * 123_456_789_012L % 86_400_000_000_000L)),
            new Sample<>("local-date-time", Sample.<LocalDateTime>local("LOCAL_DATE_TIME"), n -> LocalDateTime.of(DAY.minusDays(n), LocalTime.ofSecondOfDay(n * 60))));

    /** Those that this version of Flink has. */
    static final List<Sample<?>> TIMES = ALL_TIMES.stream().<Sample<?>>filter(sample -> sample.type != null).toList();

    static final List<Sample<?>> ARRAYS = List.of(
            new Sample<>("bytes", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, n -> new byte[(int) n % 5]),
            new Sample<>("shorts", PrimitiveArrayTypeInfo.SHORT_PRIMITIVE_ARRAY_TYPE_INFO, n -> new short[] {(short) n, -1}),
            new Sample<>("ints", PrimitiveArrayTypeInfo.INT_PRIMITIVE_ARRAY_TYPE_INFO, n -> new int[] {(int) n, -1, Integer.MAX_VALUE}),
            new Sample<>("longs", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO, n -> new long[(int) n % 3]),
            new Sample<>("booleans", PrimitiveArrayTypeInfo.BOOLEAN_PRIMITIVE_ARRAY_TYPE_INFO, n -> new boolean[] {n % 2 == 0, true}),
            new Sample<>("chars", PrimitiveArrayTypeInfo.CHAR_PRIMITIVE_ARRAY_TYPE_INFO, n -> TEXTS[(int) (n % TEXTS.length)].toCharArray()),
            new Sample<>("floats", PrimitiveArrayTypeInfo.FLOAT_PRIMITIVE_ARRAY_TYPE_INFO, n -> new float[] {n, 0.1f, Float.NaN}),
            new Sample<>("doubles", PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO, n -> new double[] {n, 0.1, 1e300}),
            new Sample<>("strings", Types.OBJECT_ARRAY(Types.STRING), n -> new String[] {"a" + n, n % 2 == 0 ? null : ""}),
            new Sample<>("boxed-longs", Types.OBJECT_ARRAY(Types.LONG), n -> new Long[] {n, n % 2 == 0 ? null : -n}));

    /** A type that is there since 1.9; null before. */
    @SuppressWarnings("unchecked")
    private static <T> TypeInformation<T> local(String name) {
        try {
            return (TypeInformation<T>) Types.class.getField(name).get(null);
        } catch (NoSuchFieldException e) {
            return null;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The types that this version of Flink does not have. */
    static List<String> absent() {
        List<String> names = new ArrayList<>();
        ALL_TIMES.stream().filter(sample -> sample.type == null).forEach(sample -> names.add(sample.name));
        if (!RowKinds.EXIST) {
            names.add("kinds of rows");
        }
        return names;
    }
}
