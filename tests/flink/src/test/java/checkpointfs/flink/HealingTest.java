// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Flink restores its own native savepoint with CLAIM, and its next checkpoint names files of the savepoint as if they lay beside it
 * (FLINK-39964): Flink cannot restore that. The mount finds the files in the savepoint.
 */
class HealingTest {
    private static final Scenario SCENARIO = Scenario.NATIVE_SAVEPOINT;

    @TempDir
    static Path work;

    private static Path broken;
    private static final Map<String, Path> COPIES = new HashMap<>();

    @BeforeAll
    static void breakAndCopy() throws Exception {
        Path storage = work.resolve("storage");
        List<JobRun.Result> results = Storage.generate(SCENARIO, MovedStorage.spec(SCENARIO), storage, 1);
        String savepoint = results.get(0).newest();
        broken = MovedStorage.localPath(MovedStorage.restore(SCENARIO, savepoint, "CLAIM", storage));
        try (Mount mount = new Mount(storage, work)) {
            for (String mode : ClaimMode.all()) {
                Path copy = Files.createDirectories(work.resolve("copies").resolve(mode)).resolve("chk");
                Program.run("cp", "-r", mount.directory.resolve(storage.relativize(broken)), copy);
                COPIES.put(mode, copy);
            }
        }
    }

    static List<String> claimModes() {
        return ClaimMode.all();
    }

    @Test
    void flinkItselfCannotRestoreTheCheckpoint(@TempDir Path out) throws Exception {
        assertFalse(MovedStorage.lostFiles(broken).isEmpty(), "every file that the checkpoint names is there");
        assertThrows(Exception.class, () -> MovedStorage.restore(SCENARIO, broken.toUri().toString(), "NO_CLAIM", out));
    }

    @ParameterizedTest
    @MethodSource("claimModes")
    void copyOutOfTheMountRestoresAndRestoresAgain(String mode, @TempDir Path out) throws Exception {
        Path copy = COPIES.get(mode);
        assertEquals(List.of(), MovedStorage.lostFiles(copy));
        assertEquals(List.of(), Snapshot.read(copy).files().stream().filter(StateFile::isAbsolute).toList(), "absolute handles");
        String next = MovedStorage.restore(SCENARIO, copy.toUri().toString(), mode, out);
        MovedStorage.restore(SCENARIO, next, mode, out);
    }
}
