// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;

/** Values that Kryo writes: Kryo 2.24 before Flink 2.0, else Kryo 5. */
final class KryoSamples {
    private KryoSamples() {}

    static void addTo(Samples samples) {
        collections(samples);
        times(samples);
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
