// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
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

/**
 * Sits in the source's chain, sets the pace and verifies
 *
 * <ul>
 *   <li>the source's position: union list state holds the number that each split must go on with;
 *   <li>split list state: {@link Tokens};
 *   <li>union list state: each subtask gets what all subtasks wrote.
 * </ul>
 */
public class SourceCheck extends RichMapFunction<Long, Element> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    private final JobSpec spec;
    private final String run;
    private transient Evidence evidence;
    private transient int subtask;
    private transient Pace pace;
    private transient Tokens tokens;
    private transient ListState<Tuple2<Integer, Long>> positionState;
    private transient ListState<String> specState;

    /** The next number of each split that this subtask reads. */
    private transient Map<Integer, Long> next;

    /** The next number of every split, as restored, until its first element has come. */
    private transient Map<Integer, Long> awaited;

    public SourceCheck(JobSpec spec, String run) {
        this.spec = spec;
        this.run = run;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        evidence = Evidence.of(run);
        subtask = Subtask.index(getRuntimeContext());
        pace = new Pace(Numbers.isLegacy(spec) ? 0 : spec.sourceRate);
        next = new TreeMap<>();
        awaited = new TreeMap<>();
        var store = context.getOperatorStateStore();
        tokens = new Tokens("source", evidence, context, subtask);
        positionState = store.getUnionListState(new ListStateDescriptor<>("positions", Types.TUPLE(Types.INT, Types.LONG)));
        specState = store.getUnionListState(new ListStateDescriptor<>("spec", Types.STRING));
        if (context.isRestored() != evidence.restored) {
            throw evidence.wrong("operator state is " + (evidence.restored ? "not restored" : "restored from nowhere"));
        }
        if (evidence.restored) {
            restore();
        }
        evidence.sourceSubtaskRight(subtask);
    }

    private void restore() throws Exception {
        List<String> specs = new ArrayList<>();
        specState.get().forEach(specs::add);
        if (!specs.equals(List.of(spec.toString(), spec.toString()))) {
            throw evidence.wrong("the snapshot is of a job with " + specs + ", this job has " + spec);
        }
        int positions = 0;
        for (Tuple2<Integer, Long> position : positionState.get()) {
            awaited.put(position.f0, position.f1);
            positions++;
        }
        if (positions != 2 || !awaited.containsKey(0) || !awaited.containsKey(1)) {
            throw evidence.wrong("union list state holds " + positions + " positions " + awaited);
        }
    }

    @Override
    public Element map(Long number) throws InterruptedException {
        int split = spec.splitOf(number);
        Long expected = next.get(split);
        if (expected == null) {
            expected = evidence.restored ? awaited.remove(split) : Long.valueOf(split * spec.half());
        }
        if (!number.equals(expected)) {
            throw evidence.wrong("split " + split + " goes on with " + number + " instead of " + expected);
        }
        next.put(split, number + 1);
        pace.keep();
        return new Element(number);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        tokens.snapshot();
        specState.update(List.of(spec.toString()));
        List<Tuple2<Integer, Long>> positions = new ArrayList<>();
        next.forEach((split, number) -> positions.add(Tuple2.of(split, number)));
        positionState.update(positions);
    }
}
