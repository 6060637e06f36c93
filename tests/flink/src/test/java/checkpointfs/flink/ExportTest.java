// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The snapshots of a chain of jobs are exported, without a mount; then the whole storage is deleted. Flink restores from the target. */
class ExportTest {
    private static final Scenario SCENARIO = Scenario.CHAINED;

    /** The exported checkpoints; nothing of the storage is left. */
    private static List<Path> exported(Path work, String... options) throws Exception {
        Path storage = work.resolve("storage");
        Path target = work.resolve("target");
        List<JobRun.Result> results = Storage.generate(SCENARIO, MovedStorage.spec(SCENARIO), storage, 2);
        Path job = MovedStorage.localPath(results.get(results.size() - 1).newest()).getParent();
        List<Object> command = new ArrayList<>(List.of(Program.checkpointfs(), "export", "--verify"));
        command.addAll(List.of(options));
        command.addAll(List.of("--job", job.getFileName(), "--index", work.resolve("index.sqlite"), storage, target));
        Program.run(command.toArray());
        Storage.delete(storage);
        List<Path> checkpoints = Snapshot.findAll(target);
        assertFalse(checkpoints.isEmpty(), "no checkpoints");
        return checkpoints;
    }

    private static void restore(Path checkpoint, String mode, Path out) throws Exception {
        assertEquals(List.of(), MovedStorage.lostFiles(checkpoint));
        String next = MovedStorage.restore(SCENARIO, checkpoint.toUri().toString(), mode, out);
        MovedStorage.restore(SCENARIO, next, mode, out);
    }

    static List<String> claimModes() {
        return ClaimMode.all();
    }

    @ParameterizedTest
    @MethodSource("claimModes")
    void eachExportedCheckpointRestoresAndRestoresAgain(String mode, @TempDir Path work) throws Exception {
        for (Path checkpoint : exported(work)) {
            restore(checkpoint, mode, work.resolve("out-" + checkpoint.getFileName()));
        }
    }

    @Test
    void eachCheckpointInTheLayoutOfJobsRestoresWithNoClaim(@TempDir Path work) throws Exception {
        for (Path checkpoint : exported(work, "--layout=jobs")) {
            restore(checkpoint, "NO_CLAIM", work.resolve("out-" + checkpoint.getFileName()));
        }
    }
}
