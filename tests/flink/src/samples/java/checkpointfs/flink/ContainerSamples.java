// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.GenericArraySerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BooleanPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.CharPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.DoublePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.FloatPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.IntPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.ShortPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.StringArraySerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.typeutils.runtime.EitherSerializer;
import org.apache.flink.api.java.typeutils.runtime.NullableSerializer;
import org.apache.flink.api.java.typeutils.runtime.RowSerializer;
import org.apache.flink.api.java.typeutils.runtime.TupleSerializer;
import org.apache.flink.runtime.state.ArrayListSerializer;
import org.apache.flink.types.Either;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/** Arrays, collections, tuples, rows. */
final class ContainerSamples {
    private static final TypeSerializer<String> STRING = StringSerializer.INSTANCE;
    private static final TypeSerializer<Long> LONG = LongSerializer.INSTANCE;
    private static final TypeSerializer<Integer> INT = IntSerializer.INSTANCE;

    private ContainerSamples() {}

    static void addTo(Samples samples) throws Exception {
        arrays(samples);
        collections(samples);
        if (FlinkVersion.atLeast("2.0")) {
            set(samples);
        }
        tuples(samples);
        rows(samples);
        choices(samples);
    }

    /** A serializer of Tuple2. */
    @SuppressWarnings("unchecked")
    static <A, B> TypeSerializer<Tuple2<A, B>> tuple2(TypeSerializer<A> first, TypeSerializer<B> second) {
        Class<Tuple2<A, B>> type = (Class<Tuple2<A, B>>) (Class<?>) Tuple2.class;
        return new TupleSerializer<>(type, new TypeSerializer<?>[] {first, second});
    }

    /** A map that keeps its order; keys and values take turns. */
    @SuppressWarnings("unchecked")
    static <K, V> Map<K, V> map(Object... entries) {
        Map<K, V> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((K) entries[i], (V) entries[i + 1]);
        }
        return map;
    }

    private static void arrays(Samples samples) {
        samples.add("boolean[]", "boolean[]", BooleanPrimitiveArraySerializer.INSTANCE)
                .value(new boolean[] {true, false}, "[true,false]")
                .value(new boolean[0], "[]");
        samples.add("byte[]", "byte[]", BytePrimitiveArraySerializer.INSTANCE)
                .value(new byte[] {1, -1, 127}, "\"0x01ff7f\"")
                .value(new byte[0], "\"0x\"");
        samples.add("short[]", "short[]", ShortPrimitiveArraySerializer.INSTANCE).value(new short[] {1, -2}, "[1,-2]");
        samples.add("int[]", "int[]", IntPrimitiveArraySerializer.INSTANCE).value(new int[] {1, -2, 3}, "[1,-2,3]");
        samples.add("long[]", "long[]", LongPrimitiveArraySerializer.INSTANCE)
                .value(new long[] {Long.MAX_VALUE}, "[9223372036854775807]");
        samples.add("float[]", "float[]", FloatPrimitiveArraySerializer.INSTANCE).value(new float[] {1.5f, -2}, "[1.5,-2]");
        samples.add("double[]", "double[]", DoublePrimitiveArraySerializer.INSTANCE)
                .value(new double[] {0.5, Double.NaN}, "[0.5,\"NaN\"]");
        samples.add("char[]", "char[]", CharPrimitiveArraySerializer.INSTANCE).value("chars".toCharArray(), "\"chars\"");
        samples.add("String[]", "String[]", StringArraySerializer.INSTANCE)
                .value(new String[] {"a", null, ""}, "[\"a\",null,\"\"]");
        samples.add("Integer[]", "Integer[]", new GenericArraySerializer<>(Integer.class, INT))
                .value(new Integer[] {1, null, 3}, "[1,null,3]");
        samples.add("Long[][]", "Long[][]",
                        new GenericArraySerializer<>(Long[].class, new GenericArraySerializer<>(Long.class, LONG)))
                .value(new Long[][] {{1L}, null, {}}, "[[1],null,[]]");
    }

    private static void collections(Samples samples) {
        samples.add("List", "List<String>", new ListSerializer<>(STRING))
                .value(List.of(), "[]")
                .value(List.of("a", "b,c"), "[\"a\",\"b,c\"]");
        samples.add("ArrayList", "List<Long>", new ArrayListSerializer<>(LONG))
                .value(new ArrayList<>(List.of(1L, 2L)), "[1,2]");
        samples.add("Map of strings", "Map<String, Integer>", new MapSerializer<>(STRING, INT))
                .value(map(), "{}")
                .value(map("a", 1, "b", null), "{\"a\":1,\"b\":null}");
        samples.add("Map of numbers", "Map<Integer, String>", new MapSerializer<>(INT, STRING))
                .value(map(2, "two", -1, "minus one"), "[[2,\"two\"],[-1,\"minus one\"]]");
        samples.add("Map of lists", "Map<String, List<Tuple2<Integer, Boolean>>>",
                        new MapSerializer<>(STRING, new ListSerializer<>(tuple2(INT, BooleanSerializer.INSTANCE))))
                .value(map("x", List.of(Tuple2.of(1, true), Tuple2.of(2, false)), "y", List.of()), "{\"x\":[[1,true],[2,false]],\"y\":[]}");
    }

    @SuppressWarnings("unchecked")
    private static void set(Samples samples) throws Exception {
        Class<?> type = Class.forName("org.apache.flink.api.common.typeutils.base.SetSerializer");
        Object serializer = type.getConstructor(TypeSerializer.class).newInstance(STRING);
        Set<String> value = new LinkedHashSet<>(List.of("a", "b"));
        value.add(null);
        samples.add("Set", "Set<String>", (TypeSerializer<Set<String>>) serializer).value(value, "[\"a\",\"b\",null]");
    }

    @SuppressWarnings("unchecked")
    private static void tuples(Samples samples) {
        samples.add("Tuple2", "Tuple2<String, Long>", tuple2(STRING, LONG)).value(Tuple2.of("a", 1L), "[\"a\",1]");
        Class<Tuple3<Integer, Long, Boolean>> type = (Class<Tuple3<Integer, Long, Boolean>>) (Class<?>) Tuple3.class;
        samples.add("Tuple3 of fixed length", "Tuple3<Integer, Long, Boolean>",
                        new TupleSerializer<>(type, new TypeSerializer<?>[] {INT, LONG, BooleanSerializer.INSTANCE}))
                .value(Tuple3.of(1, 2L, true), "[1,2,true]");
        samples.add("nested tuples", "Tuple2<Tuple2<Integer, Integer>, List<Long>>",
                        tuple2(tuple2(INT, INT), new ListSerializer<>(LONG)))
                .value(Tuple2.of(Tuple2.of(1, 2), List.of(3L)), "[[1,2],[3]]");
    }

    private static void rows(Samples samples) {
        TypeSerializer<?>[] fields = {STRING, INT, LONG, INT, INT, INT, BooleanSerializer.INSTANCE};
        samples.add("Row", "Row<String, Integer, Long, Integer, Integer, Integer, Boolean>", new RowSerializer(fields, null, true))
                .value(Row.ofKind(RowKind.INSERT, "a", 1, null, 3, 4, null, true),
                        "{\"$kind\":\"+I\",\"fields\":[\"a\",1,null,3,4,null,true]}")
                .value(Row.ofKind(RowKind.UPDATE_BEFORE, null, 1, 2L, 3, 4, 5, false),
                        "{\"$kind\":\"-U\",\"fields\":[null,1,2,3,4,5,false]}")
                .value(Row.ofKind(RowKind.UPDATE_AFTER, null, null, null, null, null, null, null),
                        "{\"$kind\":\"+U\",\"fields\":[null,null,null,null,null,null,null]}")
                .value(Row.ofKind(RowKind.DELETE, "", 1, 2L, 3, 4, 5, true),
                        "{\"$kind\":\"-D\",\"fields\":[\"\",1,2,3,4,5,true]}");
        samples.add("Row without kinds", "Row<String, Integer>",
                        new RowSerializer(new TypeSerializer<?>[] {STRING, INT}, null, false))
                .value(Row.of("a", null), "[\"a\",null]")
                .value(Row.of(null, 2), "[null,2]");
    }

    private static void choices(Samples samples) {
        samples.add("Either", "Either<String, Integer>", new EitherSerializer<>(STRING, INT))
                .value(Either.Left("a"), "{\"left\":\"a\"}")
                .value(Either.Right(1), "{\"right\":1}");
        samples.add("Nullable", "Long", NullableSerializer.wrap(LONG, false)).value(1L, "1").value(null, "null");
        samples.add("Nullable of fixed length", "Long", NullableSerializer.wrap(LONG, true)).value(1L, "1").value(null, "null");
        samples.add("List of Nullable of fixed length", "List<Long>", new ListSerializer<>(NullableSerializer.wrap(LONG, true)))
                .value(java.util.Arrays.asList(1L, null, 2L), "[1,null,2]");
    }
}
