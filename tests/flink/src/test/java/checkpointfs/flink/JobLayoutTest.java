// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole job, copied out of {@code .checkpointfs/jobs} with {@code cp -r}: each file once, in the directory {@code shared}. */
class JobLayoutTest {
    private static final Scenario SCENARIO = Scenario.CHAINED;

    /** Each checkpoint of a job's copy; nothing else of the storage is left. */
    private static List<Path> copyOfJob(Path work) throws Exception {
        Path storage = work.resolve("storage");
        List<JobRun.Result> results = Storage.generate(SCENARIO, MovedStorage.spec(SCENARIO), storage, 2);
        Path newest = MovedStorage.localPath(results.get(results.size() - 1).newest());
        String job = storage.relativize(newest.getParent()).toString();
        Path copy = work.resolve("copy");
        try (Mount mount = new Mount(storage, work)) {
            Program.run("cp", "-r", mount.directory.resolve(".checkpointfs/jobs").resolve(job), copy);
        }
        Storage.delete(storage);
        List<Path> checkpoints = Snapshot.findAll(copy);
        assertFalse(checkpoints.isEmpty(), "no checkpoints");
        return checkpoints;
    }

    private static void restoreEach(Path work, String mode) throws Exception {
        for (Path checkpoint : copyOfJob(work)) {
            assertEquals(List.of(), MovedStorage.lostFiles(checkpoint));
            Path out = work.resolve("out-" + checkpoint.getFileName());
            String next = MovedStorage.restore(SCENARIO, checkpoint.toUri().toString(), mode, out);
            MovedStorage.restore(SCENARIO, next, mode, out);
        }
    }

    @Test
    void eachCheckpointRestoresWithNoClaimAndRestoresAgain(@TempDir Path work) throws Exception {
        restoreEach(work, "NO_CLAIM");
    }

    @Test
    void eachCheckpointRestoresWithLegacyAndRestoresAgain(@TempDir Path work) throws Exception {
        assumeTrue(ClaimMode.all().contains("LEGACY"), "Flink " + FlinkVersion.text() + " has no LEGACY");
        restoreEach(work, "LEGACY");
    }

    /** Why {@code show} and the man page advise against it. */
    @Test
    void claimingOneCheckpointTakesFilesFromAnother(@TempDir Path work) throws Exception {
        List<Path> checkpoints = copyOfJob(work);
        assertTrue(checkpoints.size() >= 2, "only one checkpoint");
        Path other = checkpoints.get(0);
        Path claimed = checkpoints.get(checkpoints.size() - 1);
        MovedStorage.restore(SCENARIO, claimed.toUri().toString(), "CLAIM", work.resolve("out"));
        long deadline = System.currentTimeMillis() + 5_000;
        while (MovedStorage.lostFiles(other).isEmpty() && System.currentTimeMillis() < deadline) {
            Thread.sleep(20);
        }
        assertFalse(MovedStorage.lostFiles(other).isEmpty(), "the other checkpoint still has all of its files");
    }
}
