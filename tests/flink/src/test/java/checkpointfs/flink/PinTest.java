// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The newest checkpoint of a chain of jobs is pinned in its source, without a mount; then everything else in the source is deleted. Flink
 * restores from the pin as it lies there.
 */
class PinTest {
    private static final Scenario SCENARIO = Scenario.CHAINED;

    @TempDir
    static Path work;

    private static final Map<String, Path> PINS = new HashMap<>();

    @BeforeAll
    static void pinAndDelete() throws Exception {
        Path storage = work.resolve("storage");
        Path index = work.resolve("index.sqlite");
        List<JobRun.Result> results = Storage.generate(SCENARIO, MovedStorage.spec(SCENARIO), storage, 2);
        Path newest = MovedStorage.localPath(results.get(results.size() - 1).newest());
        assertFalse(Snapshot.read(newest).files().isEmpty(), "the checkpoint has no files");
        for (String mode : ClaimMode.all()) {
            Program.run(Program.checkpointfs(), "pin", "--index", index, "--source", storage, newest, mode);
            PINS.put(mode, storage.resolve(".checkpointfs/pins").resolve(mode));
        }
        try (Stream<Path> entries = Files.list(storage)) {
            for (Path entry : entries.toList()) {
                if (!entry.getFileName().toString().equals(".checkpointfs")) {
                    Storage.delete(entry);
                }
            }
        }
    }

    static List<String> claimModes() {
        return ClaimMode.all();
    }

    @ParameterizedTest
    @MethodSource("claimModes")
    void pinRestoresAfterFlinkDeletedTheCheckpoint(String mode, @TempDir Path out) throws Exception {
        Path pin = PINS.get(mode);
        assertEquals(List.of(), MovedStorage.lostFiles(pin));
        assertEquals(List.of(), Snapshot.read(pin).files().stream().filter(StateFile::isAbsolute).toList(), "absolute handles");
        String next = MovedStorage.restore(SCENARIO, pin.toUri().toString(), mode, out);
        MovedStorage.restore(SCENARIO, next, mode, out);
    }
}
