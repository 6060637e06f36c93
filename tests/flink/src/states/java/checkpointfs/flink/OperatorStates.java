// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Operator state: a list to split, a list to unite, a broadcast map. */
public class OperatorStates implements MapFunction<Event, Event>, CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private transient ListState<Tuple2<Long, String>> split;
    private transient ListState<ObjectSample.Money> union;
    private transient BroadcastState<String, Long> broadcast;
    private transient BroadcastState<Integer, ObjectSample.Order> orders;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        split = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("split", Types.TUPLE(Types.LONG, Types.STRING)));
        union = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("union", Types.POJO(ObjectSample.Money.class)));
        broadcast = context.getOperatorStateStore().getBroadcastState(new MapStateDescriptor<>("broadcast", Types.STRING, Types.LONG));
        orders = context.getOperatorStateStore()
                .getBroadcastState(new MapStateDescriptor<>("orders", Types.INT, Types.POJO(ObjectSample.Order.class)));
        for (int n = 0; n < 12; n++) {
            broadcast.put("rule " + n, (long) n * n);
            orders.put(n, ObjectSample.order(n));
        }
    }

    @Override
    public Event map(Event event) throws Exception {
        long n = event.number;
        if (n % 10 < 3) {
            split.add(Tuple2.of(n, "token" + n));
            union.add(ObjectSample.money(n));
        }
        return event;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {}
}
