// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.time.DayOfWeek;
import java.util.List;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.state.AggregatingState;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/** State of each kind, without and with a time to live, and timers of both kinds. */
public class KindStates<K> extends StateFunction<K> {
    private static final long serialVersionUID = 1L;
    private static final long DAY_MS = 86_400_000;

    private transient KeyedStateStore store;
    private transient ValueState<Long> value;
    private transient ValueState<Integer> odd;
    private transient ListState<String> list;
    private transient ListState<Tuple2<Long, String>> pairs;
    private transient MapState<String, ObjectSample.Money> map;
    private transient MapState<Tuple2<Integer, String>, Long> tupleMap;
    private transient MapState<DayOfWeek, Boolean> days;
    private transient ReducingState<Long> reducing;
    private transient AggregatingState<Long, Double> aggregating;
    private transient ValueState<String> ttlValue;
    private transient ListState<Integer> ttlList;
    private transient MapState<Integer, String> ttlMap;
    private transient ReducingState<Long> ttlReducing;

    /** Sum and count. */
    static final class Mean implements AggregateFunction<Long, Tuple2<Long, Integer>, Double> {
        private static final long serialVersionUID = 1L;

        @Override
        public Tuple2<Long, Integer> createAccumulator() {
            return Tuple2.of(0L, 0);
        }

        @Override
        public Tuple2<Long, Integer> add(Long number, Tuple2<Long, Integer> sum) {
            return Tuple2.of(sum.f0 + number, sum.f1 + 1);
        }

        @Override
        public Double getResult(Tuple2<Long, Integer> sum) {
            return (double) sum.f0 / sum.f1;
        }

        @Override
        public Tuple2<Long, Integer> merge(Tuple2<Long, Integer> a, Tuple2<Long, Integer> b) {
            return Tuple2.of(a.f0 + b.f0, a.f1 + b.f1);
        }
    }

    @Override
    void create(KeyedStateStore store) throws Exception {
        value = store.getState(new ValueStateDescriptor<>("value", Types.LONG));
        odd = store.getState(new ValueStateDescriptor<>("line\nfeed \u0001\u0000", Types.INT));
        list = store.getListState(new ListStateDescriptor<>("list", Types.STRING));
        pairs = store.getListState(new ListStateDescriptor<>("pair list", Types.TUPLE(Types.LONG, Types.STRING)));
        map = store.getMapState(new MapStateDescriptor<>("map", Types.STRING, Types.POJO(ObjectSample.Money.class)));
        tupleMap = store.getMapState(new MapStateDescriptor<>("tuple/map", Types.TUPLE(Types.INT, Types.STRING), Types.LONG));
        days = store.getMapState(new MapStateDescriptor<>("days", Types.ENUM(DayOfWeek.class), Types.BOOLEAN));
        reducing = store.getReducingState(new ReducingStateDescriptor<>("reducing", Long::sum, Types.LONG));
        aggregating = store.getAggregatingState(new AggregatingStateDescriptor<>("aggregating", new Mean(), Types.TUPLE(Types.LONG, Types.INT)));
        ttlValue = store.getState(ttl(new ValueStateDescriptor<>("ttl-value", Types.STRING)));
        ttlList = store.getListState(ttl(new ListStateDescriptor<>("ttl-list", Types.INT)));
        ttlMap = store.getMapState(ttl(new MapStateDescriptor<>("ttl-map", Types.INT, Types.STRING)));
        ttlReducing = store.getReducingState(ttl(new ReducingStateDescriptor<>("ttl-reducing", Long::sum, Types.LONG)));
    }

    /** A day: whatever a test does, nothing expires. */
    private static <D extends StateDescriptor<?, ?>> D ttl(D descriptor) throws Exception {
        Object builder = Millis.callStatic(StateTtlConfig.class, "newBuilder", DAY_MS);
        descriptor.enableTimeToLive((StateTtlConfig) Reflect.call(builder, "build"));
        return descriptor;
    }

    @Override
    void write(Event event, Context context) throws Exception {
        long n = event.number;
        value.update(n);
        odd.update((int) n);
        list.add("item" + n);
        if (n % 3 == 0) {
            pairs.addAll(List.of(Tuple2.of(n, ","), Tuple2.of(-n, ",,")));
        }
        map.put("slot" + n % 5, n % 4 == 0 ? null : ObjectSample.money(n));
        tupleMap.put(Tuple2.of((int) n % 3, "k"), n);
        days.put(DayOfWeek.of((int) (n % 7) + 1), n % 2 == 0);
        reducing.add(n);
        aggregating.add(n);
        ttlValue.update("v" + n);
        ttlList.add((int) n);
        ttlMap.put((int) n % 4, n % 3 == 0 ? null : "m" + n);
        ttlReducing.add(n);
        if (n % 11 == 0) {
            list.clear();
            map.remove("slot1");
        }
        context.timerService().registerEventTimeTimer(event.time + DAY_MS * 365 * 20);
        context.timerService().registerProcessingTimeTimer(StateJob.BEGIN_MS * 2 + n);
        if (n % 13 == 0) {
            context.timerService().registerEventTimeTimer(-n);
            context.timerService().registerEventTimeTimer(Long.MAX_VALUE - n);
        }
    }
}
