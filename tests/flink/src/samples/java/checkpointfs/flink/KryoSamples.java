// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;

/** Values that Kryo writes: Kryo 2.24 before Flink 2.0, else Kryo 5. */
final class KryoSamples {
    private KryoSamples() {}

    static void addTo(Samples samples) {
        collections(samples);
        times(samples);
        objects(samples);
        samples.add("Kryo of a user's class", "Kryo<checkpointfs.flink.KryoValue>", kryo(KryoValue.class))
                .readable("no")
                .opaque(new KryoValue(1, 2, 3), "Kryo<checkpointfs.flink.KryoValue>");
    }

    static <T> TypeSerializer<T> kryo(Class<T> type) {
        return new GenericTypeInfo<>(type).createSerializer(new SerializerConfigImpl());
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static void collections(Samples samples) {
        List<Object> mixed = new ArrayList<>(Arrays.asList("a", "héllo", 1, -70000L, 2.5, true, null, (short) -3, (byte) 4, 'c', 0.5f));
        List<Object> nested = new ArrayList<>(List.of(new HashMap<>(Map.of("k", 1)), new ArrayList<>(List.of(2L))));
        Map<Object, Object> numbers = new HashMap<>(Map.of(1, "one"));
        Samples.Sample<List> list = samples.add("Kryo of List", "Kryo<java.util.List>", kryo(List.class));
        Samples.Sample<Map> map = samples.add("Kryo of Map", "Kryo<java.util.Map>", kryo(Map.class));
        if (FlinkVersion.atLeast("2.0")) {
            list.readable("no").opaque(mixed, "Kryo<java.util.List>").opaque(nested, "Kryo<java.util.List>");
            map.readable("no").opaque(new HashMap<>(Map.of("a", 1)), "Kryo<java.util.Map>").opaque(numbers, "Kryo<java.util.Map>");
        } else {
            list.readable("partly")
                    .value(mixed, "[\"a\",\"héllo\",1,-70000,2.5,true,null,-3,4,\"c\",0.5]")
                    .value(nested, "[{\"k\":1},[2]]")
                    .opaque(new ArrayList<>(List.of(new KryoValue(1, 2, 3))), "Kryo<java.util.List>");
            map.readable("partly")
                    .value(new HashMap<>(Map.of("a", 1)), "{\"a\":1}")
                    .value(numbers, "[[1,\"one\"]]");
        }
    }

    /** Classes of the JDK. Kryo 5 writes the times, numbers and strings alone in a form that checkpointfs knows. */
    private static void objects(Samples samples) {
        Samples.Sample<Object> sample = samples.add("Kryo of Object", "Kryo<java.lang.Object>", kryo(Object.class)).readable("partly");
        object(sample, 300, "300");
        object(sample, -7000000000000000000L, "-7000000000000000000");
        object(sample, Long.MIN_VALUE, "-9223372036854775808");
        object(sample, (short) -300, "-300");
        object(sample, (byte) -3, "-3");
        object(sample, 'é', "\"é\"");
        object(sample, 1.25f, "1.25");
        object(sample, -0.1, "-0.1");
        object(sample, "", "\"\"");
        object(sample, "x", "\"x\"");
        object(sample, "a longer text of ASCII only", "\"a longer text of ASCII only\"");
        object(sample, "x".repeat(70), "\"" + "x".repeat(70) + "\"");
        object(sample, "é€😀\0", "\"é€😀\\u0000\"");
        object(sample, Instant.ofEpochSecond(1700000000, 5), "\"2023-11-14T22:13:20.000000005Z\"");
        object(sample, Instant.ofEpochSecond(-1, 0), "\"1969-12-31T23:59:59Z\"");
        LocalTime noon = LocalTime.NOON;
        List<Object> shared = new ArrayList<>(List.of(noon, LocalDateTime.of(LocalDate.of(2024, 1, 2), noon), noon));
        List<Object> twice = new ArrayList<>(List.of("same"));
        twice.add(twice.get(0));
        twice.add(new HashMap<>(Map.of(LocalDate.of(2024, 1, 2), "v")));
        twice.add(twice.get(2));
        twice.add(twice.get(0));
        old(sample, shared, "[\"12:00:00\",\"2024-01-02T12:00:00\",\"12:00:00\"]");
        old(sample, twice, "[\"same\",\"same\",[[\"2024-01-02\",\"v\"]],[[\"2024-01-02\",\"v\"]],\"same\"]");
        old(sample, new LinkedList<>(List.of(1, 2)), "[1,2]");
        old(sample, new HashSet<>(List.of(5)), "[5]");
        old(sample, new LinkedHashSet<>(List.of("b", "a")), "[\"b\",\"a\"]");
        old(sample, new TreeSet<>(List.of("b", "a")), "[\"a\",\"b\"]");
        old(sample, new ArrayDeque<>(List.of(1)), "[1]");
        old(sample, new Vector<>(List.of(1)), "[1]");
        old(sample, new TreeMap<>(Map.of("b", 1, "a", 2)), "{\"a\":2,\"b\":1}");
        old(sample, new LinkedHashMap<>(Map.of("k", new TreeMap<>(Map.of(1, 2)))), "{\"k\":[[1,2]]}");
        old(sample, new ConcurrentHashMap<>(Map.of("k", 1)), "{\"k\":1}");
        old(sample, new Hashtable<>(Map.of("k", 1)), "{\"k\":1}");
        old(sample, Arrays.asList("a", null, 3), "[\"a\",null,3]");
        old(sample, Collections.emptyList(), "[]");
        old(sample, Collections.emptySet(), "[]");
        old(sample, Collections.emptyMap(), "{}");
        old(sample, Collections.singletonList("a"), "[\"a\"]");
        old(sample, Collections.singleton("a"), "[\"a\"]");
        old(sample, Collections.singletonMap("a", 1L), "{\"a\":1}");
        old(sample, new BigInteger("-123456789012345678901234567890"), "\"-123456789012345678901234567890\"");
        old(sample, new BigDecimal("-1.50"), "\"-1.50\"");
        old(sample, new Date(1700000000123L), "\"2023-11-14T22:13:20.123Z\"");
        old(sample, new Date(-1), "\"1969-12-31T23:59:59.999Z\"");
        old(sample, new java.sql.Date(1699920000000L), "\"2023-11-14\"");
        old(sample, new java.sql.Time(80000123), "\"22:13:20.123\"");
        old(sample, timestamp(), "\"2023-11-14T22:13:20.123456789Z\"");
        old(sample, UUID.fromString("01234567-89ab-cdef-fedc-ba9876543210"), "\"01234567-89ab-cdef-fedc-ba9876543210\"");
        old(sample, URI.create("file:/a/b"), "\"file:/a/b\"");
        old(sample, new StringBuilder("text"), "\"text\"");
        old(sample, new byte[] {1, -1}, "\"0x01ff\"");
        old(sample, new boolean[] {true, false}, "[true,false]");
        old(sample, new char[] {'a', 'é'}, "\"aé\"");
        old(sample, new short[] {1, -300}, "[1,-300]");
        old(sample, new int[] {1, -70000}, "[1,-70000]");
        old(sample, new long[] {1, Long.MAX_VALUE}, "[1,9223372036854775807]");
        old(sample, new float[] {1.5f}, "[1.5]");
        old(sample, new double[] {-0.1}, "[-0.1]");
        old(sample, new String[] {"a", null, "a"}, "[\"a\",null,\"a\"]");
        old(sample, new Object[] {1, "a", null, 'c'}, "[1,\"a\",null,\"c\"]");
        sample.opaque(Thread.State.NEW, "Kryo<java.lang.Object>");
        sample.opaque(new TreeSet<>(Collections.reverseOrder()), "Kryo<java.lang.Object>");
    }

    private static java.sql.Timestamp timestamp() {
        java.sql.Timestamp timestamp = new java.sql.Timestamp(1700000000123L);
        timestamp.setNanos(123456789);
        return timestamp;
    }

    private static void object(Samples.Sample<Object> sample, Object value, String json) {
        sample.value(value, json);
    }

    private static void old(Samples.Sample<Object> sample, Object value, String json) {
        if (FlinkVersion.atLeast("2.0")) {
            sample.opaque(value, "Kryo<java.lang.Object>");
        } else {
            sample.value(value, json);
        }
    }

    private static void times(Samples samples) {
        samples.add("Kryo of LocalDate", "Kryo<java.time.LocalDate>", kryo(LocalDate.class))
                .value(LocalDate.of(2024, 2, 29), "\"2024-02-29\"")
                .value(LocalDate.of(1969, 12, 1), "\"1969-12-01\"");
        samples.add("Kryo of LocalTime", "Kryo<java.time.LocalTime>", kryo(LocalTime.class))
                .value(LocalTime.of(1, 2, 3, 4), "\"01:02:03.000000004\"")
                .value(LocalTime.of(1, 2, 3), "\"01:02:03\"")
                .value(LocalTime.of(1, 2), "\"01:02:00\"")
                .value(LocalTime.MIDNIGHT, "\"00:00:00\"");
        samples.add("Kryo of LocalDateTime", "Kryo<java.time.LocalDateTime>", kryo(LocalDateTime.class))
                .value(LocalDateTime.of(2024, 2, 29, 12, 30, 1), "\"2024-02-29T12:30:01\"");
    }
}
