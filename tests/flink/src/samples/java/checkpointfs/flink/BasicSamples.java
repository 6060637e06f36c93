// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Date;

import org.apache.flink.api.common.typeutils.base.BigDecSerializer;
import org.apache.flink.api.common.typeutils.base.BigIntSerializer;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.BooleanValueSerializer;
import org.apache.flink.api.common.typeutils.base.ByteSerializer;
import org.apache.flink.api.common.typeutils.base.ByteValueSerializer;
import org.apache.flink.api.common.typeutils.base.CharSerializer;
import org.apache.flink.api.common.typeutils.base.CharValueSerializer;
import org.apache.flink.api.common.typeutils.base.DateSerializer;
import org.apache.flink.api.common.typeutils.base.DoubleSerializer;
import org.apache.flink.api.common.typeutils.base.DoubleValueSerializer;
import org.apache.flink.api.common.typeutils.base.EnumSerializer;
import org.apache.flink.api.common.typeutils.base.FloatSerializer;
import org.apache.flink.api.common.typeutils.base.FloatValueSerializer;
import org.apache.flink.api.common.typeutils.base.InstantSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.IntValueSerializer;
import org.apache.flink.api.common.typeutils.base.LocalDateSerializer;
import org.apache.flink.api.common.typeutils.base.LocalDateTimeSerializer;
import org.apache.flink.api.common.typeutils.base.LocalTimeSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.LongValueSerializer;
import org.apache.flink.api.common.typeutils.base.NullValueSerializer;
import org.apache.flink.api.common.typeutils.base.ShortSerializer;
import org.apache.flink.api.common.typeutils.base.ShortValueSerializer;
import org.apache.flink.api.common.typeutils.base.SqlDateSerializer;
import org.apache.flink.api.common.typeutils.base.SqlTimeSerializer;
import org.apache.flink.api.common.typeutils.base.SqlTimestampSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.StringValueSerializer;
import org.apache.flink.api.common.typeutils.base.VoidSerializer;
import org.apache.flink.types.BooleanValue;
import org.apache.flink.types.ByteValue;
import org.apache.flink.types.CharValue;
import org.apache.flink.types.DoubleValue;
import org.apache.flink.types.FloatValue;
import org.apache.flink.types.IntValue;
import org.apache.flink.types.LongValue;
import org.apache.flink.types.NullValue;
import org.apache.flink.types.ShortValue;
import org.apache.flink.types.StringValue;

/** Types that consist of no others. */
final class BasicSamples {
    private static final long DAY = 24L * 60 * 60 * 1000;

    private BasicSamples() {}

    /** A constant with a body has a class of its own. */
    enum Colour {
        RED,
        GREEN {},
        BLUE
    }

    static void addTo(Samples samples) {
        numbers(samples);
        values(samples);
        texts(samples);
        bigNumbers(samples);
        oldTimes(samples);
        times(samples);
    }

    private static void numbers(Samples samples) {
        samples.add("boolean", "Boolean", BooleanSerializer.INSTANCE).value(true, "true").value(false, "false");
        samples.add("byte", "Byte", ByteSerializer.INSTANCE).value((byte) -128, "-128").value((byte) 127, "127");
        samples.add("short", "Short", ShortSerializer.INSTANCE).value((short) -32768, "-32768").value((short) 258, "258");
        samples.add("int", "Integer", IntSerializer.INSTANCE).value(Integer.MIN_VALUE, "-2147483648").value(7, "7");
        samples.add("long", "Long", LongSerializer.INSTANCE)
                .value(Long.MIN_VALUE, "-9223372036854775808")
                .value(Long.MAX_VALUE, "9223372036854775807")
                .value(0L, "0");
        samples.add("float", "Float", FloatSerializer.INSTANCE)
                .value(-0.25f, "-0.25")
                .value(0.1f, "0.1")
                .value(Float.MAX_VALUE, "3.4028235e+38")
                .value(Float.NaN, "\"NaN\"");
        samples.add("double", "Double", DoubleSerializer.INSTANCE)
                .value(0.1, "0.1")
                .value(-2.5, "-2.5")
                .value(1e300, "1e+300")
                .value(Double.NEGATIVE_INFINITY, "\"-Infinity\"")
                .value(Double.POSITIVE_INFINITY, "\"Infinity\"");
    }

    private static void values(Samples samples) {
        samples.add("BooleanValue", "Boolean", BooleanValueSerializer.INSTANCE).value(BooleanValue.TRUE, "true");
        samples.add("ByteValue", "Byte", ByteValueSerializer.INSTANCE).value(new ByteValue((byte) -3), "-3");
        samples.add("ShortValue", "Short", ShortValueSerializer.INSTANCE).value(new ShortValue((short) -300), "-300");
        samples.add("IntValue", "Integer", IntValueSerializer.INSTANCE).value(new IntValue(70000), "70000");
        samples.add("LongValue", "Long", LongValueSerializer.INSTANCE).value(new LongValue(-5000000000L), "-5000000000");
        samples.add("FloatValue", "Float", FloatValueSerializer.INSTANCE).value(new FloatValue(1.5f), "1.5");
        samples.add("DoubleValue", "Double", DoubleValueSerializer.INSTANCE).value(new DoubleValue(-0.5), "-0.5");
        samples.add("CharValue", "Character", CharValueSerializer.INSTANCE).value(new CharValue('é'), "\"é\"");
        samples.add("StringValue", "StringValue", StringValueSerializer.INSTANCE)
                .value(new StringValue(""), "\"\"")
                .value(new StringValue("héllo"), "\"héllo\"");
        samples.add("NullValue", "NullValue", NullValueSerializer.INSTANCE).value(NullValue.getInstance(), "null");
    }

    private static void texts(Samples samples) {
        samples.add("char", "Character", CharSerializer.INSTANCE).value('x', "\"x\"").value('€', "\"€\"");
        samples.add("String", "String", StringSerializer.INSTANCE)
                .value("", "\"\"")
                .value(null, "null")
                .value("user-17", "\"user-17\"")
                .value("a\"b\\c\n\u0001é€\uD83D\uDE00", "\"a\\\"b\\\\c\\n\\u0001é€\uD83D\uDE00\"")
                .value("x".repeat(200), "\"" + "x".repeat(200) + "\"");
        samples.add("Void", "Void", VoidSerializer.INSTANCE).value(null, "null");
        samples.add("enum", "checkpointfs.flink.BasicSamples$Colour", new EnumSerializer<>(Colour.class))
                .value(Colour.RED, "\"RED\"")
                .value(Colour.GREEN, "\"GREEN\"")
                .value(Colour.BLUE, "\"BLUE\"");
    }

    private static void bigNumbers(Samples samples) {
        samples.add("BigInteger", "BigInteger", BigIntSerializer.INSTANCE)
                .value(null, "null")
                .value(BigInteger.ZERO, "\"0\"")
                .value(BigInteger.ONE, "\"1\"")
                .value(BigInteger.TWO, "\"2\"")
                .value(BigInteger.TEN, "\"10\"")
                .value(BigInteger.valueOf(-1), "\"-1\"")
                .value(new BigInteger("-123456789012345678901234567890"), "\"-123456789012345678901234567890\"")
                .value(BigInteger.TWO.pow(200), "\"1606938044258990275541962092341162602522202993782792835301376\"");
        samples.add("BigDecimal", "BigDecimal", BigDecSerializer.INSTANCE)
                .value(null, "null")
                .value(BigDecimal.ZERO, "\"0\"")
                .value(new BigDecimal("1.50"), "\"1.50\"")
                .value(new BigDecimal("-0.00012"), "\"-0.00012\"")
                .value(new BigDecimal("123456789012345678901234567890.5"), "\"123456789012345678901234567890.5\"")
                .value(new BigDecimal("12E2"), "\"12E2\"");
    }

    private static void oldTimes(Samples samples) {
        samples.add("Date", "java.util.Date", DateSerializer.INSTANCE)
                .value(null, "null")
                .value(new Date(1_700_000_000_123L), "\"2023-11-14T22:13:20.123Z\"")
                .value(new Date(-1), "\"1969-12-31T23:59:59.999Z\"");
        samples.add("SqlDate", "java.sql.Date", SqlDateSerializer.INSTANCE)
                .value(null, "null")
                .value(new java.sql.Date(19675 * DAY), "\"2023-11-14\"")
                .value(new java.sql.Date(19675 * DAY - 3_600_000), "\"2023-11-13T23:00:00Z\"");
        samples.add("SqlTime", "java.sql.Time", SqlTimeSerializer.INSTANCE)
                .value(null, "null")
                .value(new Time(80_000_123), "\"22:13:20.123\"")
                .value(new Time(-1000), "\"1969-12-31T23:59:59Z\"");
        Timestamp timestamp = new Timestamp(1_700_000_000_000L);
        timestamp.setNanos(123_456_789);
        samples.add("SqlTimestamp", "java.sql.Timestamp", SqlTimestampSerializer.INSTANCE)
                .value(null, "null")
                .value(timestamp, "\"2023-11-14T22:13:20.123456789Z\"")
                .value(new Timestamp(-1), "\"1969-12-31T23:59:59.999Z\"");
    }

    private static void times(Samples samples) {
        samples.add("Instant", "Instant", InstantSerializer.INSTANCE)
                .value(null, "null")
                .value(Instant.ofEpochSecond(1_700_000_000L, 5_000), "\"2023-11-14T22:13:20.000005Z\"")
                .value(Instant.EPOCH, "\"1970-01-01T00:00:00Z\"");
        samples.add("LocalDate", "LocalDate", LocalDateSerializer.INSTANCE)
                .value(null, "null")
                .value(LocalDate.of(2024, 2, 29), "\"2024-02-29\"")
                .value(LocalDate.of(-44, 3, 15), "\"-0044-03-15\"")
                .value(LocalDate.of(12345, 1, 1), "\"+12345-01-01\"");
        samples.add("LocalTime", "LocalTime", LocalTimeSerializer.INSTANCE)
                .value(null, "null")
                .value(LocalTime.of(1, 2, 3), "\"01:02:03\"")
                .value(LocalTime.MAX, "\"23:59:59.999999999\"");
        samples.add("LocalDateTime", "LocalDateTime", LocalDateTimeSerializer.INSTANCE)
                .value(null, "null")
                .value(LocalDateTime.of(2024, 2, 29, 12, 0, 0, 120_000_000), "\"2024-02-29T12:00:00.120\"");
    }
}
