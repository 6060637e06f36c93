// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static checkpointfs.flink.Scenario.CANONICAL_SAVEPOINT;
import static checkpointfs.flink.Scenario.CHAINED;
import static checkpointfs.flink.Scenario.FILE_MERGING;
import static checkpointfs.flink.Scenario.FILE_MERGING_ACROSS;
import static checkpointfs.flink.Scenario.HASHMAP;
import static checkpointfs.flink.Scenario.INLINE;
import static checkpointfs.flink.Scenario.NATIVE_SAVEPOINT;
import static checkpointfs.flink.Scenario.NO_JOB_ID;
import static checkpointfs.flink.Scenario.ROCKSDB_INCREMENTAL;
import static checkpointfs.flink.Scenario.UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A snapshot that {@code cp -r} carried out of the mount is all that Flink needs, in every claim mode, for as long as the job goes on. */
class MovedSnapshotTest {
    /** Label of a copy that is only looked at. */
    private static final String UNTOUCHED = "untouched";

    private static final Map<Scenario, MovedStorage> STORAGES = new EnumMap<>(Scenario.class);
    private static final Map<Scenario, Throwable> FAILURES = new EnumMap<>(Scenario.class);

    @TempDir
    static Path work;

    static Stream<Scenario> scenarios() {
        return Stream.of(ROCKSDB_INCREMENTAL, CHAINED, INLINE, NATIVE_SAVEPOINT, CANONICAL_SAVEPOINT, HASHMAP, FILE_MERGING,
                FILE_MERGING_ACROSS, UNALIGNED, NO_JOB_ID);
    }

    static Stream<Arguments> scenariosAndClaimModes() {
        return scenarios().flatMap(scenario -> ClaimMode.all().stream().map(mode -> Arguments.of(scenario, mode)));
    }

    @AfterAll
    static void forget() {
        STORAGES.clear();
        FAILURES.clear();
    }

    /** Each storage is generated and moved once, with a copy per claim mode; if that fails, so do all of its tests. */
    private static MovedStorage storage(Scenario scenario) throws Exception {
        if (!STORAGES.containsKey(scenario) && !FAILURES.containsKey(scenario)) {
            try {
                Path directory = Files.createDirectory(work.resolve(scenario.label()));
                List<String> labels = new ArrayList<>(ClaimMode.all());
                labels.add(UNTOUCHED);
                STORAGES.put(scenario, new MovedStorage(scenario, directory, labels));
            } catch (Throwable e) {
                FAILURES.put(scenario, e);
            }
        }
        if (FAILURES.containsKey(scenario)) {
            throw new AssertionError("no copy of " + scenario + ": " + FAILURES.get(scenario).getMessage(), FAILURES.get(scenario));
        }
        return STORAGES.get(scenario);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("scenariosAndClaimModes")
    void restoresAndRestoresAgain(Scenario scenario, String mode, @TempDir Path out) throws Exception {
        Path copy = storage(scenario).copy(mode);
        String next = MovedStorage.restore(scenario, copy.toUri().toString(), mode, out);
        if (mode.equals("CLAIM")) {
            awaitGone(copy);
        }
        MovedStorage.restore(scenario, next, mode, out);
    }

    /** The copy owns all of its files, so when Flink has claimed it and needs it no more, it removes the whole of it. */
    private static void awaitGone(Path copy) throws Exception {
        long deadline = System.currentTimeMillis() + 5_000;
        while (Files.exists(copy) && System.currentTimeMillis() < deadline) {
            Thread.sleep(20);
        }
        if (Files.exists(copy)) {
            try (Stream<Path> left = Files.list(copy)) {
                assertEquals(List.of(), left.map(path -> path.getFileName().toString()).toList(), "left of the claimed copy");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void metadataOfTheCopyNamesOnlyWhatLiesBesideIt(Scenario scenario) throws Exception {
        Path copy = storage(scenario).copy(UNTOUCHED);
        List<StateFile> files = Snapshot.read(copy).files();
        assertEquals(List.of(), files.stream().filter(StateFile::isAbsolute).toList(), "absolute handles");
        for (StateFile file : files) {
            if (file.kind().equals("relative")) {
                assertFalse(file.path().contains("/"), () -> "not flat: " + file);
                assertEquals(file.size(), Files.size(copy.resolve(file.path())), file::toString);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void originalHoldsWhatItsScenarioIsAbout(Scenario scenario) throws Exception {
        new Contents(scenario, storage(scenario).original).check();
    }
}
