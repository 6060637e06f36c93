// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.v2.ValueState;
import org.apache.flink.api.common.state.v2.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * As {@link KeyedCheck}, with asynchronous state access, which makes ForSt work on its remote directory: counts, and cold state that
 * the first job has written. No timers.
 */
public class AsyncKeyedCheck extends KeyedProcessFunction<Integer, Element, Element> {
    private static final long serialVersionUID = 1L;

    private final JobSpec spec;
    private final String run;
    private transient Evidence evidence;
    private transient Pace pace;
    private transient Set<Integer> touched;
    private transient ValueState<KeyState> hot;
    private transient ValueState<byte[]> cold;

    AsyncKeyedCheck(JobSpec spec, String run) {
        this.spec = spec;
        this.run = run;
    }

    public static SingleOutputStreamOperator<Element> process(KeyedStream<Element, Integer> elements, JobSpec spec, String run) {
        return elements.enableAsyncState().process(new AsyncKeyedCheck(spec, run));
    }

    @Override
    public void open(OpenContext context) {
        evidence = Evidence.of(run);
        pace = new Pace(spec.keyedRate);
        touched = ConcurrentHashMap.newKeySet();
        hot = getRuntimeContext().getState(new ValueStateDescriptor<>("hot", Types.POJO(KeyState.class)));
        cold = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("cold", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(Element element, Context context, Collector<Element> out) throws Exception {
        pace.keep();
        int key = context.getCurrentKey();
        int split = spec.splitOf(element.number);
        hot.asyncValue()
                .thenCompose(found -> hot.asyncUpdate(next(key, split, element.number, found)))
                .thenCompose(done -> cold.asyncValue())
                .thenAccept(found -> {
                    if (touched.add(key)) {
                        checkCold(key, found);
                    }
                    evidence.keyTouched(key, split);
                    out.collect(element);
                });
    }

    private KeyState next(int key, int split, long number, KeyState found) {
        if (found == null && evidence.restored) {
            throw evidence.wrong("key " + key + " has no state at element " + number);
        }
        KeyState state = found == null ? new KeyState() : found;
        if (found != null && !Arrays.equals(state.proof, JobSpec.proofOf(key, state.count0, state.count1))) {
            throw evidence.wrong("value of key " + key + " is damaged at element " + number);
        }
        long counted = split == 0 ? state.count0++ : state.count1++;
        if (counted != spec.indexOf(number)) {
            throw evidence.wrong("key " + key + " has counted " + counted + " elements of split " + split + " before element " + number);
        }
        state.proof = JobSpec.proofOf(key, state.count0, state.count1);
        return state;
    }

    private void checkCold(int key, byte[] found) {
        if (!evidence.restored) {
            cold.asyncUpdate(spec.coldOf(key, 0));
        } else if (!Arrays.equals(found, spec.coldOf(key, 0))) {
            throw evidence.wrong("cold state of key " + key + (found == null ? " is lost" : " is wrong"));
        }
    }
}
