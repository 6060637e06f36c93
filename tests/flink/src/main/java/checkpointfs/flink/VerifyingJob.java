// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
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

    /** @param parallelism of the keyed and the broadcast operator */
    static JobGraph graph(JobSpec spec, String run, JobID id, int parallelism, Configuration configuration) throws Exception {
        StreamExecutionEnvironment environment = Environments.of(configuration);
        environment.setParallelism(parallelism);
        environment.setMaxParallelism(JobSpec.MAX_PARALLELISM);
        int sources = JobSpec.sourceParallelism(parallelism);
        DataStream<Element> elements = Numbers.stream(environment, spec, sources)
                .map(new SourceCheck(spec, run))
                .setParallelism(sources)
                .returns(Types.POJO(Element.class))
                .name("source-check")
                .uid("source-check");
        DataStream<Long> squares = Squares.stream(environment);
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
        return Environments.graph(environment, id);
    }
}
