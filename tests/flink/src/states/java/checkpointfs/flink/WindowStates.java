// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.CoGroupFunction;
import org.apache.flink.api.common.functions.ReduceFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.co.ProcessJoinFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.evictors.CountEvictor;
import org.apache.flink.streaming.api.windowing.triggers.CountTrigger;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.streaming.api.windowing.windows.Window;
import org.apache.flink.util.Collector;

/** Window operators of each kind, a co-group, an interval join. */
final class WindowStates {
    private static final long MINUTE_MS = 60_000;

    private WindowStates() {}

    static void add(DataStream<Event> events) throws Exception {
        KeyedStream<Event, String> keyed = events.keyBy(event -> event.user, Types.STRING);
        named(keyed.window(minutes()).reduce(new Later()), "window-reduce");
        named(keyed.window(minutes()).aggregate(new Sum(), Types.TUPLE(Types.LONG, Types.INT), Types.DOUBLE).returns(Types.DOUBLE), "window-aggregate");
        named(keyed.window(minutes()).process(new Count<TimeWindow>()).returns(Types.LONG), "window-process");
        named(keyed.window(minutes()).evictor(CountEvictor.of(3)).process(new Count<TimeWindow>()).returns(Types.LONG), "window-evictor");
        named(keyed.window(sessions()).reduce(new Later()), "window-session");
        named(keyed.window(sessions()).process(new Count<TimeWindow>()).returns(Types.LONG), "window-session-process");
        named(keyed.window(GlobalWindows.create()).trigger(CountTrigger.of(1_000_000)).reduce(new Later()), "window-global");
        coGroup(events);
        named(intervalJoin(keyed), "interval-join");
    }

    private static void named(SingleOutputStreamOperator<?> operator, String name) {
        operator.name(name).uid(name);
    }

    private static TumblingEventTimeWindows minutes() throws Exception {
        return (TumblingEventTimeWindows) Millis.callStatic(TumblingEventTimeWindows.class, "of", MINUTE_MS);
    }

    private static EventTimeSessionWindows sessions() throws Exception {
        return (EventTimeSessionWindows) Millis.callStatic(EventTimeSessionWindows.class, "withGap", MINUTE_MS / 2);
    }

    /** The result's class is another one since 2.0. */
    @SuppressWarnings("unchecked")
    private static void coGroup(DataStream<Event> events) throws Exception {
        WindowAssigner<Object, TimeWindow> assigner = minutes();
        Object grouped = events.coGroup(events.map(event -> event.number).returns(Types.LONG))
                .where(event -> event.number % 7, Types.LONG)
                .equalTo(number -> number % 7, Types.LONG)
                .window(assigner)
                .apply(new Pairs(), Types.LONG);
        named((SingleOutputStreamOperator<?>) grouped, "co-group");
    }

    @SuppressWarnings("unchecked")
    private static SingleOutputStreamOperator<Long> intervalJoin(KeyedStream<Event, String> keyed) throws Exception {
        Object join = Millis.call(keyed.intervalJoin(keyed), "between", -MINUTE_MS, MINUTE_MS);
        return ((SingleOutputStreamOperator<Long>) Reflect.call(join, "process", new Joined())).returns(Types.LONG);
    }

    private static final class Later implements ReduceFunction<Event> {
        private static final long serialVersionUID = 1L;

        @Override
        public Event reduce(Event a, Event b) {
            return a.number > b.number ? a : b;
        }
    }

    private static final class Sum implements AggregateFunction<Event, Tuple2<Long, Integer>, Double> {
        private static final long serialVersionUID = 1L;
        private final KindStates.Mean mean = new KindStates.Mean();

        @Override
        public Tuple2<Long, Integer> createAccumulator() {
            return mean.createAccumulator();
        }

        @Override
        public Tuple2<Long, Integer> add(Event event, Tuple2<Long, Integer> sum) {
            return mean.add(event.number, sum);
        }

        @Override
        public Double getResult(Tuple2<Long, Integer> sum) {
            return mean.getResult(sum);
        }

        @Override
        public Tuple2<Long, Integer> merge(Tuple2<Long, Integer> a, Tuple2<Long, Integer> b) {
            return mean.merge(a, b);
        }
    }

    private static final class Count<W extends Window> extends ProcessWindowFunction<Event, Long, String, W> {
        private static final long serialVersionUID = 1L;

        @Override
        public void process(String key, Context context, Iterable<Event> events, Collector<Long> out) {
            long count = 0;
            for (Event event : events) {
                count++;
            }
            out.collect(count);
        }
    }

    private static final class Pairs implements CoGroupFunction<Event, Long, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void coGroup(Iterable<Event> events, Iterable<Long> numbers, Collector<Long> out) {}
    }

    private static final class Joined extends ProcessJoinFunction<Event, Event, Long> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(Event left, Event right, Context context, Collector<Long> out) {}
    }
}
