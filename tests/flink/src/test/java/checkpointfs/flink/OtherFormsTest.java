// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The forms of a snapshot that a mount shows on request. */
class OtherFormsTest {
    private static final Scenario SCENARIO = Scenario.ROCKSDB_INCREMENTAL;

    /**
     * Why the default form moves the shared files of a handle to its private ones. Kept as they are, the restored job repeats the relative
     * handles in its own checkpoints, where they lead nowhere (FLINK-39964): the restore is good, the checkpoints it makes are
     * not. That this is seen to fail here also shows that {@link MovedSnapshotTest} would see it.
     */
    @Test
    void keepSharedClaimedMakesCheckpointsThatCannotBeRestored(@TempDir Path work) throws Exception {
        MovedStorage moved = new MovedStorage(SCENARIO, work, List.of("copy"), "keep-shared");
        String next = MovedStorage.restore(SCENARIO, moved.copy("copy").toUri().toString(), "CLAIM", work.resolve("out"));
        assertFalse(MovedStorage.lostFiles(MovedStorage.localPath(next)).isEmpty(), "every file that the checkpoint names is there");
        // Which of the tasks that fail together is reported, and so the innermost cause, differs from run to run.
        assertThrows(Exception.class, () -> MovedStorage.restore(SCENARIO, next, "CLAIM", work.resolve("out")));
    }

    @Test
    void keepSharedNotClaimedIsGood(@TempDir Path work) throws Exception {
        MovedStorage moved = new MovedStorage(SCENARIO, work, List.of("copy"), "keep-shared");
        String next = MovedStorage.restore(SCENARIO, moved.copy("copy").toUri().toString(), "NO_CLAIM", work.resolve("out"));
        assertEquals(List.of(), MovedStorage.lostFiles(MovedStorage.localPath(next)));
        MovedStorage.restore(SCENARIO, next, "NO_CLAIM", work.resolve("out"));
    }

    /** For who wants Flink to go on with the copied files in place: they are named by where the copy lies. */
    @Test
    void absoluteClaimedGoesOnWithTheCopiedFiles(@TempDir Path work) throws Exception {
        String prefix = "file://" + MovedStorage.copiesOf(work, "copy");
        MovedStorage moved = new MovedStorage(SCENARIO, work, List.of("copy"), "absolute=" + prefix);
        Path copy = moved.copy("copy");
        List<String> shared = sharedFiles(copy);
        assertTrue(shared.size() > 0, "no shared files");
        for (String path : shared) {
            assertEquals(copy, Path.of(path).getParent(), "where the copy should lie");
            assertTrue(Files.exists(Path.of(path)), path);
        }
        String next = MovedStorage.restore(SCENARIO, copy.toUri().toString(), "CLAIM", work.resolve("out"));
        assertTrue(sharedFiles(MovedStorage.localPath(next)).stream().anyMatch(shared::contains), "nothing is used in place");
        MovedStorage.restore(SCENARIO, next, "CLAIM", work.resolve("out"));
    }

    /** Paths of the shared files that a snapshot names absolutely. */
    private static List<String> sharedFiles(Path snapshot) throws Exception {
        return Snapshot.read(snapshot).files().stream()
                .filter(file -> file.position().equals("shared") && file.kind().equals("file"))
                .map(file -> MovedStorage.localPath(file.path()).toString())
                .toList();
    }
}
