// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Map;
import org.apache.flink.configuration.Configuration;

/**
 * Flink's options, by name. Many were renamed between 1.x and 2.x; all names are set, as unknown ones do no harm.
 *
 * <p>Checkpoints are not made by the clock but when {@link JobRun} asks for them: the interval is so long that it never ends. Until
 * 1.14 nobody can ask, so there they are made by the clock, and some fail while tasks come and go.
 */
final class FlinkOptions {
    static final long CLOCK_MS = 200;

    private final Configuration configuration = new Configuration();

    /** @param checkpoints the URI of a directory */
    FlinkOptions(String checkpoints, int retained) {
        set("state.checkpoints.dir", "execution.checkpointing.dir", checkpoints);
        set("state.checkpoint-storage", "execution.checkpointing.storage", "filesystem");
        set("state.checkpoints.num-retained", "execution.checkpointing.num-retained", String.valueOf(retained));
        set("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        if (LocalCluster.canTrigger()) {
            set("execution.checkpointing.interval", "2 h");
            set("execution.checkpointing.min-pause", "1 h");
            set("execution.checkpointing.tolerable-failed-checkpoints", "0");
            set("execution.checkpointing.timeout", "10 min");
        } else {
            byClock(CLOCK_MS);
        }
        set("execution.checkpointing.checkpoints-after-tasks-finish.enabled", "true");
        set("restart-strategy", "restart-strategy.type", "none");
        set("rest.port", "0");
        set("rest.bind-port", "0");
        set("akka.ask.timeout", "pekko.ask.timeout", "60 s");
        // A machine may be busy, or stop for a while.
        set("heartbeat.timeout", "600000");
        set("taskmanager.memory.size", "taskmanager.memory.managed.size", "128m");
        set("taskmanager.network.memory.min", "taskmanager.memory.network.min", "32m");
        set("taskmanager.network.memory.max", "taskmanager.memory.network.max", "32m");
        inlineBelow(0);
        rocksdb(true);
    }

    Configuration configuration() {
        return configuration;
    }

    FlinkOptions set(String name, String value) {
        configuration.setString(name, value);
        return this;
    }

    FlinkOptions setAll(Map<String, String> values) {
        values.forEach(this::set);
        return this;
    }

    FlinkOptions set(String oldName, String name, String value) {
        return set(oldName, value).set(name, value);
    }

    FlinkOptions byClock(long intervalMillis) {
        set("execution.checkpointing.interval", intervalMillis + " ms");
        set("execution.checkpointing.min-pause", intervalMillis / 2 + " ms");
        set("execution.checkpointing.tolerable-failed-checkpoints", "1000");
        // A checkpoint that hangs would keep all others from being made.
        return set("execution.checkpointing.timeout", "15 s");
    }

    FlinkOptions rocksdb(boolean incremental) {
        return backend("rocksdb", incremental);
    }

    FlinkOptions hashmap() {
        return backend(FlinkVersion.atLeast("1.13") ? "hashmap" : "filesystem", false);
    }

    private FlinkOptions backend(String type, boolean incremental) {
        set("state.backend", "state.backend.type", type);
        return set("state.backend.incremental", "execution.checkpointing.incremental", String.valueOf(incremental));
    }

    /** State smaller than this goes into the metadata instead of a file. */
    FlinkOptions inlineBelow(int bytes) {
        String size = String.valueOf(bytes);
        set("state.backend.fs.memory-threshold", size);
        return set("state.storage.fs.memory-threshold", "execution.checkpointing.data-inline-threshold", size);
    }

    /** Unaligned checkpoints with few and small network buffers: in-flight data, but not much of it. */
    FlinkOptions unaligned() {
        set("taskmanager.memory.segment-size", "4kb");
        set("taskmanager.network.memory.buffers-per-channel", "1");
        set("taskmanager.network.memory.floating-buffers-per-gate", "4");
        return set("execution.checkpointing.unaligned", "execution.checkpointing.unaligned.enabled", "true");
    }

    FlinkOptions fileMerging(boolean acrossCheckpoints) {
        set("execution.checkpointing.file-merging.enabled", "true");
        return set("execution.checkpointing.file-merging.across-checkpoint-boundary", String.valueOf(acrossCheckpoints));
    }

    /** {@code HEAP} or {@code ROCKSDB}. */
    FlinkOptions timers(String factory) {
        return set("state.backend.rocksdb.timer-service.factory", factory);
    }

    FlinkOptions forst() {
        return backend("forst", true);
    }

    /** Changelog whose files lie in the checkpoint storage too, as {@code <job>/dstl/<uuid>}. */
    FlinkOptions changelog(String checkpoints, String materializeEvery) {
        set("state.backend.changelog.enabled", "state.changelog.enabled", "true");
        set("state.backend.changelog.storage", "state.changelog.storage", "filesystem");
        set("state.backend.changelog.periodic-materialize.enabled", "state.changelog.periodic-materialize.enabled", "true");
        set("state.backend.changelog.periodic-materialize.interval", "state.changelog.periodic-materialize.interval", materializeEvery);
        return set("dstl.dfs.base-path", checkpoints);
    }

    FlinkOptions compressedChangelog() {
        return set("dstl.dfs.compression.enabled", "true");
    }

    /** Also with synchronous state access; with asynchronous it does so anyway. */
    FlinkOptions remoteForst() {
        return set("state.backend.forst.sync.enforce-local", "false");
    }

    /** No directory with the job's id between the storage and {@code chk-N}. */
    FlinkOptions noJobId() {
        return set("state.checkpoints.create-subdir", "execution.checkpointing.create-subdir", "false");
    }
}
