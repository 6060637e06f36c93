// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Snapshots with changelog. They are to be restored with changelog switched off: with it, NO_CLAIM is refused by Flink, and the
 * others repeat the restored handles in new checkpoints until the first materialization.
 */
class ChangelogTest {
    @TempDir
    static Path work;

    private static MovedStorage moved;

    @BeforeAll
    static void move() throws Exception {
        moved = new MovedStorage(Scenario.CHANGELOG, work, claimModes());
    }

    static List<String> claimModes() {
        return ClaimMode.all();
    }

    @Test
    void originalHoldsChangelog() {
        new Contents(Scenario.CHANGELOG, moved.original).check();
    }

    @ParameterizedTest
    @MethodSource("claimModes")
    void restoresWithChangelogSwitchedOffAndRestoresAgain(String mode, @TempDir Path out) throws Exception {
        String next = MovedStorage.restore(Scenario.ROCKSDB_INCREMENTAL, moved.copy(mode).toUri().toString(), mode, out);
        MovedStorage.restore(Scenario.ROCKSDB_INCREMENTAL, next, mode, out);
    }
}
