// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * One run of the verifying job, from scratch or from a snapshot: checks all state, makes checkpoints, and is then cancelled, which
 * retains them.
 *
 * <p>A run from scratch makes its first checkpoint when each key has state. A restored one makes its first at once, the others when
 * every state was seen to be right. Between two checkpoints each key changes.
 */
public final class JobRun {
    private final Scenario scenario;
    private final JobSpec spec;
    private final String out;
    private final Map<String, String> options;
    private JobID job = new JobID();
    private int checkpoints = 3;
    private int retained = 10;
    private int parallelism = JobSpec.PARALLELISM;
    private String snapshot;
    private String claimMode;
    private Path savepoints;

    /** @param out the directory for checkpoints */
    public JobRun(Scenario scenario, JobSpec spec, Path out) {
        this(scenario, spec, Stores.uri(out.toString()), Map.of());
    }

    /**
     * @param out the URI of the directory for checkpoints
     * @param options of Flink, besides those of the scenario
     */
    public JobRun(Scenario scenario, JobSpec spec, String out, Map<String, String> options) {
        this.scenario = scenario;
        this.spec = spec;
        this.out = out;
        this.options = options;
    }

    public JobRun job(JobID id) {
        job = id;
        return this;
    }

    public JobRun checkpoints(int number) {
        checkpoints = number;
        return this;
    }

    /** How many checkpoints Flink keeps; it deletes older ones, and those that it has claimed. */
    public JobRun retained(int number) {
        retained = number;
        return this;
    }

    /** Of the keyed and the broadcast operator. */
    public JobRun parallelism(int subtasks) {
        parallelism = subtasks;
        return this;
    }

    /**
     * @param snapshot path or URI of a directory with a {@code _metadata}
     * @param claimMode or {@link ClaimMode#NONE}
     */
    public JobRun restore(String snapshot, String claimMode) {
        this.snapshot = snapshot;
        this.claimMode = claimMode;
        return this;
    }

    /** Make a savepoint below this directory after the checkpoints. */
    public JobRun savepoints(Path directory) {
        savepoints = directory.toAbsolutePath();
        return this;
    }

    /** What a run has made, as Flink's URIs, oldest first; a savepoint is the last one. */
    public record Result(JobID job, List<String> snapshots) {
        public String newest() {
            return snapshots.get(snapshots.size() - 1);
        }
    }

    /** @throws Exception that failed the job, with Flink's chain of causes; its message holds {@code VERIFY:} if state was wrong */
    public Result run() throws Exception {
        String run = job + "-" + System.nanoTime();
        Evidence evidence = Evidence.start(run, snapshot != null, spec, parallelism);
        Configuration configuration = scenario.options(out, retained).setAll(options).configuration();
        Stores.open(configuration, options);
        JobGraph graph = VerifyingJob.graph(spec, run, job, parallelism, configuration);
        if (snapshot != null) {
            graph.setSavepointRestoreSettings(ClaimMode.settings(snapshot, claimMode));
        }
        List<String> snapshots = new ArrayList<>();
        try (LocalCluster cluster = new LocalCluster(configuration, graph, Math.max(parallelism, JobSpec.PARALLELISM))) {
            cluster.awaitRunning();
            if (!evidence.restored) {
                cluster.awaitNothing(evidence::missing);
            }
            if (spec.has(JobSpec.Feature.UNEVEN_SPLITS)) {
                // The subtask with the short split has to be at its end: it waits there for a checkpoint, then finishes.
                Thread.sleep(500);
            }
            snapshots.add(cluster.checkpoint());
            // The source of the broadcast state does not finish before a checkpoint; no checkpoint may be triggered while it finishes.
            if (Squares.FINISH) {
                cluster.awaitFinished("squares");
            }
            if (spec.has(JobSpec.Feature.UNEVEN_SPLITS)) {
                cluster.awaitSomeFinished("splits");
            }
            cluster.awaitNothing(evidence::missing);
            while (snapshots.size() < checkpoints) {
                awaitProgress(cluster, evidence);
                snapshots.add(cluster.checkpoint());
            }
            if (savepoints != null) {
                snapshots.add(cluster.savepoint(savepoints, scenario == Scenario.NATIVE_SAVEPOINT));
            }
            cluster.cancel();
            if (!LocalCluster.canTrigger() && savepoints == null) {
                // There may be newer ones by now, and fewer older ones.
                snapshots = cluster.completed(0);
            }
        } finally {
            Evidence.end(run);
        }
        return new Result(job, snapshots);
    }

    /**
     * From scratch: as soon as each key has state and there is a checkpoint, does something else while the job goes on and makes one
     * every so many milliseconds. Then it is cancelled.
     */
    public void every(long intervalMillis, Callable<Void> work) throws Exception {
        String run = job + "-" + System.nanoTime();
        Evidence evidence = Evidence.start(run, false, spec, parallelism);
        Configuration configuration = scenario.options(out, retained).byClock(intervalMillis).configuration();
        JobGraph graph = VerifyingJob.graph(spec, run, job, parallelism, configuration);
        try (LocalCluster cluster = new LocalCluster(configuration, graph, Math.max(parallelism, JobSpec.PARALLELISM))) {
            cluster.awaitRunning();
            cluster.awaitNothing(evidence::missing);
            long now = System.currentTimeMillis();
            cluster.awaitNothing(() -> cluster.completed(now).isEmpty() ? List.of("no checkpoint has completed") : List.of());
            work.call();
            cluster.cancel();
        } finally {
            Evidence.end(run);
        }
    }

    private void awaitProgress(LocalCluster cluster, Evidence evidence) throws Exception {
        Thread.sleep(scenario.pauseMillis());
        long enough = evidence.elements() + 2L * spec.keys;
        cluster.awaitNothing(() -> evidence.elements() < enough ? List.of("elements do not go on") : List.of());
    }
}
