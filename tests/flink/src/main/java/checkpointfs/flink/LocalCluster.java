// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A cluster in this JVM with one job. If the job fails while something is awaited, its failure is thrown. */
final class LocalCluster implements AutoCloseable {
    private static final long PATIENCE_MS = 60_000;

    private final MiniCluster cluster;
    private final JobID job;

    LocalCluster(Configuration configuration, JobGraph graph) throws Exception {
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(JobSpec.PARALLELISM)
                .build());
        job = graph.getJobID();
        try {
            cluster.start();
            get(cluster.submitJob(graph));
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    void awaitRunning() throws Exception {
        awaitStatus(status -> status == JobStatus.RUNNING);
        awaitNothing(() -> vertices("", ExecutionState.RUNNING, ExecutionState.FINISHED));
    }

    /** Waits for all subtasks of the vertex whose name contains this. */
    void awaitFinished(String name) throws Exception {
        awaitNothing(() -> vertices(name, ExecutionState.FINISHED));
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
            Thread.sleep(10);
        }
    }

    /** Makes a checkpoint of the configured kind and returns its URI. */
    String checkpoint() throws Exception {
        return get(cluster.triggerCheckpoint(job));
    }

    /** Makes a savepoint below the directory and returns its URI. */
    String savepoint(Path directory, SavepointFormatType format) throws Exception {
        return get(cluster.triggerSavepoint(job, directory.toUri().toString(), false, format));
    }

    void cancel() throws Exception {
        get(cluster.cancelJob(job));
        awaitStatus(JobStatus::isGloballyTerminalState);
    }

    private void awaitStatus(Predicate<JobStatus> wanted) throws Exception {
        awaitNothing(() -> {
            JobStatus status = cluster.getJobStatus(job).join();
            return wanted.test(status) ? List.of() : List.of("the job is " + status);
        });
    }

    private <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throwIfFailed();
            throw e;
        }
    }

    private void throwIfFailed() throws Exception {
        JobStatus status = cluster.getJobStatus(job).join();
        if (status == JobStatus.FAILING || status == JobStatus.FAILED) {
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
