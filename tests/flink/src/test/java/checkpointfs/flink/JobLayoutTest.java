// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole job, copied out of {@code .checkpointfs/jobs} with {@code cp -r}: each file once, in the directory {@code shared}. */
class JobLayoutTest {
    private static final Scenario SCENARIO = Scenario.CHAINED;

    @Test
    void eachCheckpointRestoresWithNoClaimAndRestoresAgain(@TempDir Path work) throws Exception {
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
        for (Path checkpoint : checkpoints) {
            assertEquals(List.of(), MovedStorage.lostFiles(checkpoint));
            Path out = work.resolve("out-" + checkpoint.getFileName());
            String next = MovedStorage.restore(SCENARIO, checkpoint.toUri().toString(), "NO_CLAIM", out);
            MovedStorage.restore(SCENARIO, next, "NO_CLAIM", out);
        }
    }
}
