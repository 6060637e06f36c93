// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Emits events up to a limit that the test moves; the elements of the source are but its clock. So a checkpoint that is triggered after
 * the last event was emitted has seen all of them.
 */
public class Feed implements FlatMapFunction<Long, Event> {
    private static final long serialVersionUID = 1L;
    private static final Map<String, Control> CONTROLS = new ConcurrentHashMap<>();

    private static final class Control {
        final AtomicLong limit = new AtomicLong();
        final AtomicLong emitted = new AtomicLong();
    }

    private final String run;
    private final int users;
    private long next;

    Feed(String run, int users) {
        this.run = run;
        this.users = users;
    }

    static void allow(String run, long limit) {
        CONTROLS.computeIfAbsent(run, name -> new Control()).limit.set(limit);
    }

    static long emitted(String run) {
        return CONTROLS.get(run).emitted.get();
    }

    static void end(String run) {
        CONTROLS.remove(run);
    }

    @Override
    public void flatMap(Long tick, Collector<Event> out) throws Exception {
        Control control = CONTROLS.get(run);
        if (control == null || next >= control.limit.get()) {
            Thread.sleep(1);
            return;
        }
        out.collect(new Event(next++, users));
        control.emitted.set(next);
    }
}
