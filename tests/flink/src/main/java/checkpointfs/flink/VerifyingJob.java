// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job that all tests run: numbers, a check of the source's position, a keyed check, a broadcast check.
 *
 * <p>The last operator has no state: file merging writes handles of its own kind for such.
 *
 * <p>The keyed operator comes before the one with a broadcast input, as only its input channels hold in-flight data in an unaligned
 * checkpoint: Flink takes aligned ones at pointwise and broadcast inputs.
 */
final class VerifyingJob {
    private VerifyingJob() {}

    static JobGraph graph(JobSpec spec, String run, JobID id, Configuration configuration) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(JobSpec.PARALLELISM);
        environment.setMaxParallelism(JobSpec.MAX_PARALLELISM);
        DataStream<Element> elements = environment
                .fromSource(new NumberSequenceSource(0, 2 * spec.half() - 1), WatermarkStrategy.noWatermarks(), "numbers")
                .uid("numbers")
                .map(new SourceCheck(spec, run))
                .returns(Types.POJO(Element.class))
                .name("source-check")
                .uid("source-check");
        DataStream<Long> squares = environment
                .fromSource(new NumberSequenceSource(0, BroadcastCheck.SQUARES - 1), WatermarkStrategy.noWatermarks(), "squares")
                .setParallelism(1)
                .uid("squares");
        elements.keyBy(element -> spec.keyOf(element.number), Types.INT)
                .process(new KeyedCheck(spec, run))
                .returns(Types.POJO(Element.class))
                .name("keyed-check")
                .uid("keyed-check")
                .connect(squares.broadcast(BroadcastCheck.STATE))
                .process(new BroadcastCheck(run))
                .returns(Types.POJO(Element.class))
                .name("broadcast-check")
                .uid("broadcast-check")
                .filter(element -> false)
                .name("stateless")
                .uid("stateless");
        return environment.getStreamGraph().getJobGraph(VerifyingJob.class.getClassLoader(), id);
    }
}
