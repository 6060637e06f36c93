// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.RichParallelSourceFunction;

/** Counts two splits, as {@code NumberSequenceSource} does from 1.12 on. Its position is split list state. */
public class LegacyNumbers extends RichParallelSourceFunction<Long> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final JobSpec spec;
    private volatile boolean running = true;
    private transient ListState<Tuple2<Integer, Long>> state;

    /** The next number of each split of this subtask. */
    private transient Map<Integer, Long> next;

    LegacyNumbers(JobSpec spec) {
        this.spec = spec;
    }

    public static DataStream<Long> stream(StreamExecutionEnvironment environment, JobSpec spec, Integer parallelism) {
        return environment
                .addSource(new LegacyNumbers(spec), "numbers", Types.LONG)
                .setParallelism(parallelism)
                .uid("numbers");
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        next = new TreeMap<>();
        state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("splits", Types.TUPLE(Types.INT, Types.LONG)));
        if (context.isRestored()) {
            for (Tuple2<Integer, Long> split : state.get()) {
                next.put(split.f0, split.f1);
            }
        } else {
            int subtask = Subtask.index(getRuntimeContext());
            next.put(subtask, subtask * spec.half());
        }
    }

    @Override
    public void run(SourceContext<Long> context) throws Exception {
        int perMillisecond = spec.sourceRate > 0 ? spec.sourceRate : 10;
        while (running) {
            synchronized (context.getCheckpointLock()) {
                for (int split : next.keySet()) {
                    long number = next.get(split);
                    for (long end = number + perMillisecond; number < end; number++) {
                        context.collect(number);
                    }
                    next.put(split, number);
                }
            }
            // Not under the lock, which is not fair: no checkpoint would get it.
            Thread.sleep(1);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.clear();
        for (Map.Entry<Integer, Long> split : next.entrySet()) {
            state.add(Tuple2.of(split.getKey(), split.getValue()));
        }
    }

    @Override
    public void cancel() {
        running = false;
    }
}
