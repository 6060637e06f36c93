// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** From options to an environment, and from an environment to a job. */
final class Environments {
    private Environments() {}

    static StreamExecutionEnvironment of(Configuration configuration) throws Exception {
        if (FlinkVersion.atLeast("1.12")) {
            return (StreamExecutionEnvironment)
                    Reflect.callStatic(StreamExecutionEnvironment.class, "getExecutionEnvironment", configuration);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        if (FlinkVersion.atLeast("1.10")) {
            Reflect.call(environment, "configure", configuration, Environments.class.getClassLoader());
            return environment;
        }
        // No option for these yet.
        environment.enableCheckpointing(FlinkOptions.CLOCK_MS);
        CheckpointConfig checkpoints = environment.getCheckpointConfig();
        Class<?> cleanup = Class.forName(CheckpointConfig.class.getName() + "$ExternalizedCheckpointCleanup");
        Reflect.call(checkpoints, "enableExternalizedCheckpoints", Reflect.callStatic(cleanup, "valueOf", "RETAIN_ON_CANCELLATION"));
        return environment;
    }

    static JobGraph graph(StreamExecutionEnvironment environment, JobID id) throws Exception {
        Object graph = environment.getStreamGraph();
        return (JobGraph) (Reflect.has(graph, "getJobGraph", 2)
                ? Reflect.call(graph, "getJobGraph", Environments.class.getClassLoader(), id)
                : Reflect.call(graph, "getJobGraph", id));
    }
}
