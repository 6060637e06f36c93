// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** A keyed function that only writes its state. */
abstract class StateFunction<K> extends KeyedProcessFunction<K, Event, Event> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    abstract void create(KeyedStateStore store) throws Exception;

    abstract void write(Event event, Context context) throws Exception;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        create(context.getKeyedStateStore());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void processElement(Event event, Context context, Collector<Event> out) throws Exception {
        write(event, context);
    }
}
