// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.RichSourceFunction;

/** Sends what is broadcast, once, and then waits: until 1.13 no checkpoint is made any more when a source has finished. */
public class Squares extends RichSourceFunction<Long> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    /** Whether this source finishes. */
    static final boolean FINISH = false;

    private volatile boolean running = true;
    private transient ListState<Boolean> sent;

    static DataStream<Long> stream(StreamExecutionEnvironment environment) {
        return environment.addSource(new Squares(), "squares", Types.LONG).uid("squares");
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        sent = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("sent", Types.BOOLEAN));
    }

    @Override
    public void run(SourceContext<Long> context) throws Exception {
        synchronized (context.getCheckpointLock()) {
            if (!sent.get().iterator().hasNext()) {
                for (long number = 0; number < BroadcastCheck.SQUARES; number++) {
                    context.collect(number);
                }
                sent.add(true);
            }
        }
        while (running) {
            Thread.sleep(10);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void cancel() {
        running = false;
    }
}
