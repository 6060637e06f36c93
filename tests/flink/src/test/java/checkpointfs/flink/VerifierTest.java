// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The verifying job sees wrong state: snapshots in which some state is missing or old, but which Flink restores happily, fail. Needs
 * no checkpointfs.
 */
class VerifierTest {
    private static final Scenario SCENARIO = Scenario.UNALIGNED;
    private static final JobSpec SPEC = SCENARIO.spec(100, 64);

    // Flink derives the ids of operators from their uids.
    private static final String SOURCE = "ca88eee0095684d687a1b6495617f957";
    private static final String SOURCE_CHECK = "c03855d3e094047f15245e94e55206ca";
    private static final String KEYED_CHECK = "cf525c2733008aa18843b9f69d139ce6";
    private static final String BROADCAST_CHECK = "a7b5f894a30a47f3859720f722429b5b";

    @TempDir
    static Path storage;

    private static Path older;
    private static Path newest;

    /** A copy of the newest snapshot, with the older one's files beside its own. */
    @TempDir
    Path snapshot;

    @TempDir
    Path out;

    @BeforeAll
    static void generate() throws Exception {
        List<String> snapshots = Storage.generate(SCENARIO, SPEC, storage, 2).get(0).snapshots();
        older = MovedStorage.localPath(snapshots.get(0));
        newest = MovedStorage.localPath(snapshots.get(1));
    }

    @BeforeEach
    void copy() throws IOException {
        for (Path directory : List.of(older, newest)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.copy(file, snapshot.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    void completeSnapshotIsRight() throws Exception {
        change(KEYED_CHECK, subtask -> subtask);
        restore();
    }

    @Test
    void lostInFlightDataIsSeen() throws Exception {
        change(SOURCE_CHECK, subtask -> subtask.toBuilder().setResultSubpartitionState(StateObjectCollection.empty()).build());
        change(KEYED_CHECK, subtask -> subtask.toBuilder().setInputChannelState(StateObjectCollection.empty()).build());
        assertSeen("has counted");
    }

    @Test
    void lostListStateIsSeen() throws Exception {
        OperatorState operator = operator(read(snapshot), SOURCE_CHECK);
        OperatorSubtaskState first = operator.getState(0);
        change(SOURCE_CHECK, subtask -> subtask.equals(first)
                ? subtask.toBuilder().setManagedOperatorState(StateObjectCollection.empty()).build()
                : subtask);
        assertSeen("the snapshot is of a job with");
    }

    @Test
    void lostBroadcastStateIsSeen() throws Exception {
        change(BROADCAST_CHECK, subtask -> subtask.toBuilder().setManagedOperatorState(StateObjectCollection.empty()).build());
        assertSeen("broadcast state has 0 entries");
    }

    @Test
    void olderKeyedStateIsSeen() throws Exception {
        replaceByOlder(KEYED_CHECK, (from, to) -> to.toBuilder().setManagedKeyedState(from.getManagedKeyedState()).build());
        assertSeen("has counted");
    }

    @Test
    void olderSourcePositionIsSeen() throws Exception {
        replaceByOlder(SOURCE, (from, to) -> from);
        assertSeen("goes on with");
    }

    private void change(String operator, UnaryOperator<OperatorSubtaskState> change) throws IOException {
        CheckpointMetadata metadata = read(snapshot);
        OperatorState state = operator(metadata, operator);
        for (int i = 0; i < state.getParallelism(); i++) {
            state.putState(i, change.apply(state.getState(i)));
        }
        write(metadata);
    }

    private void replaceByOlder(String operator, BinaryOperator<OperatorSubtaskState> replace) throws IOException {
        CheckpointMetadata metadata = read(snapshot);
        OperatorState from = operator(read(older), operator);
        OperatorState to = operator(metadata, operator);
        for (int i = 0; i < to.getParallelism(); i++) {
            to.putState(i, replace.apply(from.getState(i), to.getState(i)));
        }
        write(metadata);
    }

    private static OperatorState operator(CheckpointMetadata metadata, String id) {
        return metadata.getOperatorStates().stream()
                .filter(operator -> operator.getOperatorID().toHexString().equals(id))
                .findAny()
                .orElseThrow();
    }

    private static CheckpointMetadata read(Path directory) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(directory.resolve("_metadata")))) {
            return Checkpoints.loadCheckpointMetadata(in, VerifierTest.class.getClassLoader(), "file://" + directory);
        }
    }

    private void write(CheckpointMetadata metadata) throws IOException {
        try (OutputStream to = Files.newOutputStream(snapshot.resolve("_metadata"))) {
            Checkpoints.storeCheckpointMetadata(metadata, to);
        }
    }

    private void restore() throws Exception {
        new JobRun(SCENARIO, SPEC, out).restore(snapshot.toUri().toString(), "NO_CLAIM").checkpoints(1).run();
    }

    private void assertSeen(String what) {
        Exception failure = assertThrows(Exception.class, this::restore);
        assertTrue(failure.getMessage().contains("VERIFY:") && failure.getMessage().contains(what), failure.getMessage());
    }
}
