// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.MapSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.JavaSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.ttl.TtlStateFactory.TtlSerializer;
import org.apache.flink.runtime.state.ttl.TtlValue;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;
import org.apache.flink.streaming.api.operators.co.IntervalJoinOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/** What Flink's own operators and state backends write around a user's values. */
final class RuntimeSamples {
    private static final TypeSerializer<String> STRING = StringSerializer.INSTANCE;
    private static final TypeSerializer<Long> LONG = LongSerializer.INSTANCE;

    private RuntimeSamples() {}

    static void addTo(Samples samples) throws Exception {
        namespaces(samples);
        timeToLive(samples);
        if (FlinkVersion.atLeast("2.0")) {
            timeToLiveSince20(samples);
        }
        timers(samples);
        joins(samples);
        streamElements(samples);
        twoPhaseCommit(samples);
    }

    private static void namespaces(Samples samples) {
        samples.add("VoidNamespace", "VoidNamespace", VoidNamespaceSerializer.INSTANCE).value(VoidNamespace.INSTANCE, "null");
        samples.add("TimeWindow", "TimeWindow", new TimeWindow.Serializer())
                .value(new TimeWindow(-5, 86400000), "{\"start\":-5,\"end\":86400000}");
        samples.add("GlobalWindow", "GlobalWindow", new GlobalWindow.Serializer()).value(GlobalWindow.get(), "\"global\"");
        samples.add("JavaSerializer", "java.io.Serializable", new JavaSerializer<Serializable>())
                .readable("no")
                .opaque(new OperatorID(1, 2), "java.io.Serializable");
    }

    private static void timeToLive(Samples samples) {
        samples.add("TTL", "TtlValue<String>", new TtlSerializer<>(LONG, STRING))
                .value(new TtlValue<>("a", 1_700_000_000_000L), "{\"ttl_ms\":1700000000000,\"value\":\"a\"}");
        samples.add("TTL of fixed length", "TtlValue<Long>", new TtlSerializer<>(LONG, LONG))
                .value(new TtlValue<>(5L, 1), "{\"ttl_ms\":1,\"value\":5}");
        samples.add("TTL in a list", "List<TtlValue<String>>", new ListSerializer<>(new TtlSerializer<>(LONG, STRING)))
                .value(List.of(new TtlValue<>("a", 1), new TtlValue<>("b", 2)),
                        "[{\"ttl_ms\":1,\"value\":\"a\"},{\"ttl_ms\":2,\"value\":\"b\"}]");
        Map<String, TtlValue<Long>> map = ContainerSamples.map("k", new TtlValue<>(3L, 1));
        samples.add("TTL in a map", "Map<String, TtlValue<Long>>", new MapSerializer<>(STRING, new TtlSerializer<>(LONG, LONG)))
                .value(map, "{\"k\":{\"ttl_ms\":1,\"value\":3}}");
    }

    @SuppressWarnings("unchecked")
    private static void timeToLiveSince20(Samples samples) throws Exception {
        Class<?> aware = Class.forName("org.apache.flink.runtime.state.ttl.TtlAwareSerializer");
        Constructor<?> constructor = aware.getDeclaredConstructors()[0];
        constructor.setAccessible(true);
        samples.add("TTL-aware, without TTL", "String", (TypeSerializer<String>) constructor.newInstance(STRING)).value("a", "\"a\"");
        samples.add("TTL-aware, with TTL", "TtlValue<String>",
                        (TypeSerializer<TtlValue<String>>) constructor.newInstance(new TtlSerializer<>(LONG, STRING)))
                .value(new TtlValue<>("a", 1), "{\"ttl_ms\":1,\"value\":\"a\"}");
        Class<?> v2 = Class.forName("org.apache.flink.runtime.state.v2.ttl.TtlStateFactory$TtlSerializer");
        samples.add("TTL of asynchronous state", "TtlValue<String>",
                        (TypeSerializer<TtlValue<String>>)
                                v2.getConstructor(TypeSerializer.class, TypeSerializer.class).newInstance(LONG, STRING))
                .value(new TtlValue<>("a", 1), "{\"ttl_ms\":1,\"value\":\"a\"}");
    }

    private static void timers(Samples samples) {
        samples.add("timer", "Timer<String, VoidNamespace>", new TimerSerializer<>(STRING, VoidNamespaceSerializer.INSTANCE))
                .value(new TimerHeapInternalTimer<>(1_700_000_000_000L, "a", VoidNamespace.INSTANCE),
                        "{\"timestamp\":1700000000000,\"key\":\"a\",\"namespace\":null}")
                .value(new TimerHeapInternalTimer<>(-1, "b", VoidNamespace.INSTANCE),
                        "{\"timestamp\":-1,\"key\":\"b\",\"namespace\":null}");
        samples.add("timer of a window", "Timer<Long, TimeWindow>", new TimerSerializer<>(LONG, new TimeWindow.Serializer()))
                .value(new TimerHeapInternalTimer<>(9, 7L, new TimeWindow(0, 10)),
                        "{\"timestamp\":9,\"key\":7,\"namespace\":{\"start\":0,\"end\":10}}");
    }

    @SuppressWarnings("unchecked")
    private static void joins(Samples samples) throws Exception {
        String streams = "org.apache.flink.streaming.api.datastream.CoGroupedStreams$";
        Class<?> union = Class.forName(
                FlinkVersion.atLeast("2.0") ? "org.apache.flink.util.TaggedUnion" : streams + "TaggedUnion");
        Constructor<?> constructor = Class.forName(streams + "UnionSerializer")
                .getDeclaredConstructor(TypeSerializer.class, TypeSerializer.class);
        constructor.setAccessible(true);
        samples.add("tagged union", "TaggedUnion<String, Long>", (TypeSerializer<Object>) constructor.newInstance(STRING, LONG))
                .value(Reflect.callStatic(union, "one", "a"), "{\"one\":\"a\"}")
                .value(Reflect.callStatic(union, "two", 2L), "{\"two\":2}");
        samples.add("buffer entry", "BufferEntry<String>", new IntervalJoinOperator.BufferEntrySerializer<>(STRING))
                .value(new IntervalJoinOperator.BufferEntry<>("a", true), "{\"joined\":true,\"element\":\"a\"}")
                .value(new IntervalJoinOperator.BufferEntry<>("b", false), "{\"joined\":false,\"element\":\"b\"}");
    }

    private static void streamElements(Samples samples) {
        TypeSerializer<StreamElement> serializer = new StreamElementSerializer<>(STRING);
        samples.add("stream element", "StreamElement<String>", serializer)
                .value(new StreamRecord<>("a", 5), "{\"timestamp\":5,\"value\":\"a\"}")
                .value(new StreamRecord<>("b"), "{\"value\":\"b\"}")
                .value(new Watermark(10), "{\"watermark\":10}")
                .value(new LatencyMarker(11, new OperatorID(1, 2), 3),
                        "{\"latency_marker\":{\"marked_time\":11,\"operator\":\"00000000000000020000000000000001\",\"subtask\":3}}")
                .value(WatermarkStatus.IDLE, "{\"status\":-1}");
    }

    @SuppressWarnings("unchecked")
    private static void twoPhaseCommit(Samples samples) throws Exception {
        String sink = "org.apache.flink.streaming.api.functions.sink." + (FlinkVersion.atLeast("2.0") ? "legacy." : "")
                + "TwoPhaseCommitSinkFunction$";
        Class<?> holderClass = Class.forName(sink + "TransactionHolder");
        Constructor<?> holder = holderClass.getConstructor(Object.class, long.class);
        Constructor<?> state = Class.forName(sink + "State").getConstructor(holderClass, List.class, Optional.class);
        Object serializer = Class.forName(sink + "StateSerializer")
                .getConstructor(TypeSerializer.class, TypeSerializer.class)
                .newInstance(STRING, IntSerializer.INSTANCE);
        samples.add("two-phase commit", "TwoPhaseCommitState<String, Integer>", (TypeSerializer<Object>) serializer)
                .value(state.newInstance(holder.newInstance("p", 1L), List.of(holder.newInstance("c", 2L)), Optional.of(9)),
                        "{\"pending\":{\"transaction\":\"p\",\"start\":1},\"pending_commits\":[{\"transaction\":\"c\",\"start\":2}],"
                                + "\"context\":9}")
                .value(state.newInstance(null, List.of(), Optional.empty()),
                        "{\"pending\":null,\"pending_commits\":[],\"context\":null}");
    }
}
