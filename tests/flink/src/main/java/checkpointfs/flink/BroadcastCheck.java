// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Map;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Verifies broadcast state: the squares of {@code 0 .. 99}. Their source is done when the checkpoint is made and sends nothing
 * after a restore, so they can only come out of the checkpoint.
 */
public class BroadcastCheck extends BroadcastProcessFunction<Element, Long, Element> {
    private static final long serialVersionUID = 1L;

    static final int SQUARES = 100;
    static final MapStateDescriptor<Long, Long> STATE = new MapStateDescriptor<>("squares", Types.LONG, Types.LONG);

    private final String run;
    private transient boolean done;

    public BroadcastCheck(String run) {
        this.run = run;
    }

    @Override
    public void processElement(Element element, ReadOnlyContext context, Collector<Element> out) throws Exception {
        if (done) {
            return;
        }
        Evidence evidence = Evidence.of(run);
        int entries = 0;
        for (Map.Entry<Long, Long> entry : context.getBroadcastState(STATE).immutableEntries()) {
            if (entry.getKey() >= SQUARES || entry.getValue() != entry.getKey() * entry.getKey()) {
                throw evidence.wrong("broadcast entry " + entry);
            }
            entries++;
        }
        if (entries == SQUARES) {
            done = true;
            evidence.broadcastSubtaskRight(Subtask.index(getRuntimeContext()));
        } else if (evidence.restored) {
            throw evidence.wrong("broadcast state has " + entries + " entries");
        }
    }

    @Override
    public void processBroadcastElement(Long number, Context context, Collector<Element> out) throws Exception {
        if (Evidence.of(run).restored) {
            throw Evidence.of(run).wrong("the source that was done has sent " + number + " again");
        }
        context.getBroadcastState(STATE).put(number, number * number);
    }
}
