// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.v2.AggregatingState;
import org.apache.flink.api.common.state.v2.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.v2.ListState;
import org.apache.flink.api.common.state.v2.ListStateDescriptor;
import org.apache.flink.api.common.state.v2.MapState;
import org.apache.flink.api.common.state.v2.MapStateDescriptor;
import org.apache.flink.api.common.state.v2.ReducingState;
import org.apache.flink.api.common.state.v2.ReducingStateDescriptor;
import org.apache.flink.api.common.state.v2.StateDescriptor;
import org.apache.flink.api.common.state.v2.ValueState;
import org.apache.flink.api.common.state.v2.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** State of each kind with asynchronous access, which ForSt writes in a form of its own. */
public class AsyncStates extends KeyedProcessFunction<String, Event, Event> {
    private static final long serialVersionUID = 1L;

    private transient ValueState<Long> value;
    private transient ListState<String> list;
    private transient MapState<String, ObjectSample.Money> map;
    private transient ReducingState<Long> reducing;
    private transient AggregatingState<Long, Double> aggregating;
    private transient ValueState<String> ttlValue;
    private transient ListState<Integer> ttlList;
    private transient MapState<Integer, String> ttlMap;

    /** Adds the operator to the job. */
    public static void add(DataStream<Event> events) {
        events.keyBy(event -> event.user, Types.STRING)
                .enableAsyncState()
                .process(new AsyncStates())
                .returns(Types.POJO(Event.class))
                .name("async")
                .uid("async");
    }

    @Override
    public void open(OpenContext context) {
        value = getRuntimeContext().getState(new ValueStateDescriptor<>("value", Types.LONG));
        list = getRuntimeContext().getListState(new ListStateDescriptor<>("list", Types.STRING));
        map = getRuntimeContext().getMapState(new MapStateDescriptor<>("map", Types.STRING, Types.POJO(ObjectSample.Money.class)));
        reducing = getRuntimeContext().getReducingState(new ReducingStateDescriptor<>("reducing", Long::sum, Types.LONG));
        aggregating = getRuntimeContext()
                .getAggregatingState(new AggregatingStateDescriptor<>("aggregating", new KindStates.Mean(), Types.TUPLE(Types.LONG, Types.INT)));
        ttlValue = getRuntimeContext().getState(ttl(new ValueStateDescriptor<>("ttl-value", Types.STRING)));
        ttlList = getRuntimeContext().getListState(ttl(new ListStateDescriptor<>("ttl-list", Types.INT)));
        ttlMap = getRuntimeContext().getMapState(ttl(new MapStateDescriptor<>("ttl-map", Types.INT, Types.STRING)));
    }

    private static <D extends StateDescriptor<?>> D ttl(D descriptor) {
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(java.time.Duration.ofDays(1)).build());
        return descriptor;
    }

    @Override
    public void processElement(Event event, Context context, Collector<Event> out) {
        long n = event.number;
        value.asyncUpdate(n)
                .thenCompose(done -> list.asyncAddAll(List.of("item" + n, ",")))
                .thenCompose(done -> map.asyncPut("slot" + n % 5, ObjectSample.money(n)))
                .thenCompose(done -> reducing.asyncAdd(n))
                .thenCompose(done -> aggregating.asyncAdd(n))
                .thenCompose(done -> ttlValue.asyncUpdate("v" + n))
                .thenCompose(done -> ttlList.asyncAdd((int) n))
                .thenCompose(done -> ttlMap.asyncPut((int) n % 4, "m" + n))
                .thenAccept(done -> context.timerService().registerEventTimeTimer(Long.MAX_VALUE - n));
    }
}
