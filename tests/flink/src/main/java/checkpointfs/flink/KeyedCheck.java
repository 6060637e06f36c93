// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Verifies keyed state at each element: value state must have counted exactly the elements before it (so no element was lost or
 * doubled, in-flight ones included), the map must hold the last {@value #SLOTS} elements of each split, cold state must be
 * what was once written, and a timer must find itself noted and must fire.
 */
public class KeyedCheck extends KeyedProcessFunction<Integer, Element, Element> implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    static final int SLOTS = 4;
    static final long TIMER_DELAY_MS = 500;

    private final JobSpec spec;
    private final String run;
    private transient Evidence evidence;
    private transient Pace pace;
    private transient ValueState<KeyState> hot;
    private transient MapState<Integer, Long> recent;
    private transient ValueState<KryoValue> kryo;
    private transient ColdState cold;
    private transient Tokens tokens;
    private transient BitSet touched;

    public KeyedCheck(JobSpec spec, String run) {
        this.spec = spec;
        this.run = run;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        evidence = Evidence.of(run);
        pace = new Pace(spec.keyedRate);
        touched = new BitSet();
        hot = context.getKeyedStateStore().getState(new ValueStateDescriptor<>("hot", Types.POJO(KeyState.class)));
        recent = context.getKeyedStateStore().getMapState(new MapStateDescriptor<>("recent", Types.INT, Types.LONG));
        if (spec.has(JobSpec.Feature.KRYO)) {
            kryo = context.getKeyedStateStore().getState(new ValueStateDescriptor<>("kryo", Types.GENERIC(KryoValue.class)));
        }
        tokens = new Tokens("keyed", evidence, context, Subtask.index(getRuntimeContext()));
        cold = new ColdState(spec, evidence, context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        cold.snapshot();
        tokens.snapshot();
    }

    @Override
    public void processElement(Element element, Context context, Collector<Element> out) throws Exception {
        pace.keep();
        int key = context.getCurrentKey();
        int split = spec.splitOf(element.number);
        if (key != spec.keyOf(element.number) || !Arrays.equals(element.pad, JobSpec.padOf(element.number))) {
            throw evidence.wrong("element " + element.number + " is damaged");
        }
        KeyState state = stateOf(key, element.number);
        checkKryo(key, state);
        count(key, split, element.number, state);
        if (!touched.get(key)) {
            touched.set(key);
            cold.check(key, state.generations);
            state.generations = cold.write(key, state.generations);
        }
        if (kryo != null) {
            kryo.update(new KryoValue(key, state.count0, state.count1));
        }
        checkRecent(key, split, element.number);
        checkTimer(key, state, context);
        hot.update(state);
        evidence.keyTouched(key, split);
        out.collect(element);
    }

    private KeyState stateOf(int key, long number) throws Exception {
        KeyState state = hot.value();
        if (state == null) {
            if (evidence.restored) {
                throw evidence.wrong("key " + key + " has no state at element " + number);
            }
            return new KeyState();
        }
        if (!Arrays.equals(state.proof, JobSpec.proofOf(key, state.count0, state.count1))) {
            throw evidence.wrong("value of key " + key + " is damaged at element " + number);
        }
        return state;
    }

    private void checkKryo(int key, KeyState state) throws Exception {
        if (kryo == null) {
            return;
        }
        KryoValue expected = state.proof == null ? null : new KryoValue(key, state.count0, state.count1);
        if (!Objects.equals(kryo.value(), expected)) {
            throw evidence.wrong("Kryo's value is " + kryo.value() + " instead of " + expected);
        }
    }

    private void count(int key, int split, long number, KeyState state) {
        long counted = split == 0 ? state.count0 : state.count1;
        if (counted != spec.indexOf(number)) {
            throw evidence.wrong("key " + key + " has counted " + counted + " elements of split " + split + " before element " + number
                    + ", which is number " + spec.indexOf(number));
        }
        if (split == 0) {
            state.count0++;
        } else {
            state.count1++;
        }
        state.proof = JobSpec.proofOf(key, state.count0, state.count1);
    }

    private void checkRecent(int key, int split, long number) throws Exception {
        long index = spec.indexOf(number);
        int slot = split * SLOTS + (int) (index % SLOTS);
        Long expected = index < SLOTS ? null : Long.valueOf(number - (long) SLOTS * spec.keys);
        Long found = recent.get(slot);
        if (expected == null ? found != null : !expected.equals(found)) {
            throw evidence.wrong("map entry " + slot + " of key " + key + " is " + found + " instead of " + expected);
        }
        recent.put(slot, number);
    }

    private void checkTimer(int key, KeyState state, Context context) {
        if (state.timer == 0) {
            state.timer = context.timerService().currentProcessingTime() + TIMER_DELAY_MS;
            context.timerService().registerProcessingTimeTimer(state.timer);
        } else if (evidence.isTimerOfBefore(state.timer)) {
            evidence.timerOwed(key);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Element> out) throws Exception {
        int key = context.getCurrentKey();
        KeyState state = hot.value();
        if (state == null || state.timer != timestamp) {
            throw evidence.wrong("timer " + timestamp + " of key " + key + " finds " + (state == null ? null : state.timer));
        }
        state.timer = 0;
        hot.update(state);
        evidence.timerFired(key, evidence.isTimerOfBefore(timestamp));
    }
}
