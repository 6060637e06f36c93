// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Numbers in splits that its coordinator hands out one by one, in order. Either all short, so that the coordinator's state is what it has
 * still to hand out; or a short one and an endless one, so that one subtask finishes and the other goes on.
 */
public class SplitSource extends NumberSequenceSource {
    private static final long serialVersionUID = 1L;

    static final int SHORT = 100;
    private static final int MANY = 2000;

    private final boolean many;

    SplitSource(boolean many) {
        super(0, many ? (long) MANY * SHORT - 1 : Integer.MAX_VALUE);
        this.many = many;
    }

    /** Adds the source, and an operator that verifies what it sends. */
    public static void add(StreamExecutionEnvironment environment, JobSpec spec, String run) {
        boolean many = spec.has(JobSpec.Feature.MANY_SPLITS);
        environment.fromSource(new SplitSource(many), WatermarkStrategy.noWatermarks(), "splits")
                .setParallelism(JobSpec.PARALLELISM)
                .uid("splits")
                .map(new SplitCheck(run, many))
                .setParallelism(JobSpec.PARALLELISM)
                .returns(Types.LONG)
                .name("split-check")
                .uid("split-check")
                .filter(number -> false)
                .setParallelism(JobSpec.PARALLELISM)
                .name("split-end")
                .uid("split-end");
    }

    /** The split of a number. */
    static int splitOf(long number, boolean many) {
        return many ? (int) (number / SHORT) : number < SHORT ? 0 : 1;
    }

    @Override
    protected List<NumberSequenceSplit> splitNumberRange(long from, long to, int splits) {
        List<NumberSequenceSplit> result = new ArrayList<>();
        if (many) {
            for (int i = 0; i < MANY; i++) {
                result.add(new NumberSequenceSplit(String.valueOf(i), (long) i * SHORT, (i + 1L) * SHORT - 1));
            }
        } else {
            result.add(new NumberSequenceSplit("short", 0, SHORT - 1));
            result.add(new NumberSequenceSplit("endless", SHORT, to));
        }
        return result;
    }
}
