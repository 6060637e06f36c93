// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A cluster in this JVM with one job. If the job fails while something is awaited, its failure is thrown. */
final class LocalCluster implements AutoCloseable {
    /** Large state takes longer to write: -Dpatience=SECONDS in JAVA_OPTS. */
    private static final long PATIENCE_MS = 1000 * Long.getLong("patience", 180);

    private final MiniCluster cluster;
    private final JobID job;

    /** @param slots as many as the job has subtasks per operator */
    LocalCluster(Configuration configuration, JobGraph graph, int slots) throws Exception {
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
        job = graph.getJobID();
        try {
            cluster.start();
            cluster.submitJob(graph).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    void awaitRunning() throws Exception {
        awaitStatus("RUNNING");
        awaitNothing(() -> vertices("", ExecutionState.RUNNING, ExecutionState.FINISHED));
    }

    /** Waits for all subtasks of the vertex whose name contains this. */
    void awaitFinished(String name) throws Exception {
        awaitNothing(() -> vertices(name, ExecutionState.FINISHED));
    }

    /** Waits for one subtask at least of the vertex whose name contains this. */
    void awaitSomeFinished(String name) throws Exception {
        awaitNothing(() -> vertices(name, ExecutionState.RUNNING).isEmpty() ? List.of("no subtask of " + name + " is finished") : List.of());
    }

    /** The subtasks of such vertices that are in no such state. */
    private List<String> vertices(String name, ExecutionState... states) {
        List<String> others = new ArrayList<>();
        for (AccessExecutionJobVertex vertex : cluster.getExecutionGraph(job).join().getVerticesTopologically()) {
            for (AccessExecutionVertex task : vertex.getTaskVertices()) {
                if (vertex.getName().contains(name) && !List.of(states).contains(task.getExecutionState())) {
                    others.add(task.getTaskNameWithSubtaskIndex() + " is " + task.getExecutionState());
                }
            }
        }
        return others;
    }

    /** Waits until nothing is missing any more. */
    void awaitNothing(Supplier<List<String>> missing) throws Exception {
        long deadline = System.currentTimeMillis() + PATIENCE_MS;
        while (true) {
            throwIfFailed();
            List<String> still = missing.get();
            if (still.isEmpty()) {
                return;
            }
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException("VERIFY: after " + PATIENCE_MS + " ms: " + String.join("; ", still));
            }
            Thread.sleep(25);
        }
    }

    /**
     * Makes a checkpoint of the configured kind and returns its URI.
     *
     * <p>Until 1.14 Flink makes checkpoints by the clock only: then this is the first that was begun from now on.
     */
    String checkpoint() throws Exception {
        if (canTrigger()) {
            return trigger();
        }
        long now = System.currentTimeMillis();
        awaitNothing(() -> completed(now).isEmpty() ? List.of("no checkpoint has completed") : List.of());
        return completed(now).get(0);
    }

    /** Tries again while Flink refuses because tasks are still taking in in-flight data, which takes long after a rescaling. */
    private String trigger() throws Exception {
        long deadline = System.currentTimeMillis() + PATIENCE_MS;
        while (true) {
            try {
                return get((CompletableFuture<?>) Reflect.call(cluster, "triggerCheckpoint", job));
            } catch (ExecutionException e) {
                StackTrace trace = new StackTrace(e);
                // The second is how the tasks behind those that are not ready put it.
                boolean notReady = trace.find("tasks not ready") != null || trace.find("cancellation from one of its inputs") != null;
                if (!notReady || System.currentTimeMillis() > deadline) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    /** Whether Flink makes a checkpoint when it is asked to, and then only. */
    static boolean canTrigger() {
        return FlinkVersion.atLeast("1.15");
    }

    /** The completed checkpoints that were begun since then, oldest first, unless Flink has deleted them. */
    List<String> completed(long since) {
        List<String> paths = new ArrayList<>();
        CheckpointStatsSnapshot stats = cluster.getExecutionGraph(job).join().getCheckpointStatsSnapshot();
        for (AbstractCheckpointStats checkpoint : stats.getHistory().getCheckpoints()) {
            if (checkpoint instanceof CompletedCheckpointStats done && !done.isDiscarded() && !done.getProperties().isSavepoint()
                    && done.getTriggerTimestamp() >= since) {
                paths.add(0, done.getExternalPath());
            }
        }
        return paths;
    }

    /** Makes a savepoint below the directory and returns its URI. Until 1.14 there is but the canonical format. */
    String savepoint(Path directory, boolean isNative) throws Exception {
        String target = directory.toUri().toString();
        if (!FlinkVersion.atLeast("1.15")) {
            return get((CompletableFuture<?>) Reflect.call(cluster, "triggerSavepoint", job, target, false));
        }
        Class<?> format = Class.forName("org.apache.flink.core.execution.SavepointFormatType");
        Object value = Reflect.callStatic(format, "valueOf", isNative ? "NATIVE" : "CANONICAL");
        return get((CompletableFuture<?>) Reflect.call(cluster, "triggerSavepoint", job, target, false, value));
    }

    void cancel() throws Exception {
        cluster.cancelJob(job).get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        awaitStatus("CANCELED");
    }

    private void awaitStatus(String wanted) throws Exception {
        awaitNothing(() -> status().equals(wanted) ? List.of() : List.of("the job is " + status()));
    }

    /** The name of the job's {@code JobStatus}, which is in another package since 1.10. */
    private String status() {
        CompletableFuture<?> status = cluster.getJobStatus(job);
        return status.join().toString();
    }

    private String get(CompletableFuture<?> future) throws Exception {
        try {
            return (String) future.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throwIfFailed();
            throw e;
        }
    }

    private void throwIfFailed() throws Exception {
        if (status().startsWith("FAIL")) {
            Throwable cause = cluster.requestJobResult(job).get(PATIENCE_MS, TimeUnit.MILLISECONDS).getSerializedThrowable()
                    .map(error -> error.deserializeError(getClass().getClassLoader()))
                    .orElse(null);
            throw new IllegalStateException("the job failed: " + rootOf(cause), cause);
        }
    }

    private static Throwable rootOf(Throwable e) {
        return e == null || e.getCause() == null ? e : rootOf(e.getCause());
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
