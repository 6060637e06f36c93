// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Verifies that each split of {@link SplitSource} goes on where it was, and that none is begun twice. */
public class SplitCheck extends RichMapFunction<Long, Long> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final String run;
    private final boolean many;
    private transient Evidence evidence;
    private transient Pace pace;
    private transient ListState<Tuple2<Integer, Long>> state;

    /** The next number of each split that this subtask has ever read. */
    private transient Map<Integer, Long> next;

    public SplitCheck(String run, boolean many) {
        this.run = run;
        this.many = many;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        evidence = Evidence.of(run);
        pace = new Pace(1);
        next = new TreeMap<>();
        state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("splits", Types.TUPLE(Types.INT, Types.LONG)));
        for (Tuple2<Integer, Long> split : state.get()) {
            next.put(split.f0, split.f1);
            evidence.splitKnown(split.f0);
        }
    }

    @Override
    public Long map(Long number) throws InterruptedException {
        pace.keep();
        int split = SplitSource.splitOf(number, many);
        Long expected = next.get(split);
        if (expected == null) {
            expected = (long) split * SplitSource.SHORT;
            if (evidence.restored && !many) {
                throw evidence.wrong("split " + split + " of the uneven source begins anew with " + number);
            }
            evidence.splitBegun(split);
        }
        if (!number.equals(expected)) {
            throw evidence.wrong("split " + split + " of the small splits goes on with " + number + " instead of " + expected);
        }
        next.put(split, number + 1);
        return number;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        state.clear();
        for (Map.Entry<Integer, Long> split : next.entrySet()) {
            state.add(Tuple2.of(split.getKey(), split.getValue()));
        }
    }
}
