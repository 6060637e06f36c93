// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;

/** One run of {@link StateJob}: half of the events, a checkpoint, the other half, the snapshot that is wanted. */
final class StateRun {
    private static final long STEP = 100_000;

    private StateRun() {}

    /**
     * @param events how many the job sees
     * @param out an absolute directory for checkpoints, or for the savepoint
     * @return the directory of the last snapshot
     */
    static Path run(StateScenario scenario, StateJob.Spec spec, long events, Path out) throws Exception {
        JobID id = new JobID();
        String run = id.toString();
        Feed.allow(run, 0);
        boolean isSavepoint = scenario.form != StateScenario.Form.CHECKPOINT;
        Path checkpoints = isSavepoint ? Files.createTempDirectory("checkpoints") : out;
        Configuration configuration = scenario.options(checkpoints).configuration();
        try (LocalCluster cluster = new LocalCluster(configuration, StateJob.graph(spec, run, id, configuration), spec.parallelism())) {
            cluster.awaitRunning();
            emit(cluster, run, 0, events / 2);
            Thread.sleep(scenario.pauseMillis());
            cluster.checkpoint();
            emit(cluster, run, events / 2, events);
            String uri = isSavepoint
                    ? cluster.savepoint(out, scenario.form == StateScenario.Form.NATIVE)
                    : cluster.checkpoint();
            cluster.cancel();
            return MovedStorage.localPath(uri);
        } finally {
            Feed.end(run);
            if (isSavepoint) {
                Storage.delete(checkpoints);
            }
        }
    }

    /** In steps, as the patience of a cluster is limited. */
    private static void emit(LocalCluster cluster, String run, long from, long to) throws Exception {
        for (long next = from; next < to; ) {
            long limit = Math.min(next + STEP, to);
            Feed.allow(run, limit);
            cluster.awaitNothing(() -> Feed.emitted(run) < limit ? List.of("events are missing") : List.of());
            next = limit;
        }
    }
}
