// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
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
        // A source subtask per split: it would read one after the other.
        DataStream<Element> elements = Numbers.stream(environment, spec, JobSpec.PARALLELISM)
                .map(new SourceCheck(spec, run))
                .setParallelism(JobSpec.PARALLELISM)
                .returns(Types.POJO(Element.class))
                .name("source-check")
                .uid("source-check");
        SingleOutputStreamOperator<Element> keyed = keyed(elements, spec, run)
                .returns(Types.POJO(Element.class))
                .name("keyed-check")
                .uid("keyed-check");
        if (!spec.has(JobSpec.Feature.NO_BROADCAST)) {
            keyed = keyed.connect(Squares.stream(environment).broadcast(BroadcastCheck.STATE))
                    .process(new BroadcastCheck(run))
                    .returns(Types.POJO(Element.class))
                    .name("broadcast-check")
                    .uid("broadcast-check");
        }
        keyed.filter(element -> false)
                .name("stateless")
                .uid("stateless");
        if (spec.has(JobSpec.Feature.MANY_SPLITS) || spec.has(JobSpec.Feature.UNEVEN_SPLITS)) {
            // Not before 1.12.
            Reflect.callStatic(Class.forName("checkpointfs.flink.SplitSource"), "add", environment, spec, run);
        }
        return Environments.graph(environment, id);
    }

    @SuppressWarnings("unchecked")
    private static SingleOutputStreamOperator<Element> keyed(DataStream<Element> elements, JobSpec spec, String run) throws Exception {
        KeyedStream<Element, Integer> keyed = elements.keyBy(element -> spec.keyOf(element.number), Types.INT);
        if (spec.has(JobSpec.Feature.ASYNC)) {
            // Not before 2.0.
            Class<?> async = Class.forName("checkpointfs.flink.AsyncKeyedCheck");
            return (SingleOutputStreamOperator<Element>) Reflect.callStatic(async, "process", keyed, spec, run);
        }
        return keyed.process(new KeyedCheck(spec, run));
    }
}
