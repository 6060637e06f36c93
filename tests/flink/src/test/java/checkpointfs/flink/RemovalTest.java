// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of three jobs, each restored from the one before, the middle one's checkpoints are removed, garbage is collected, and the trash is
 * purged. The first and the third job's checkpoints restore, and go on.
 */
class RemovalTest {
    private static final Scenario SCENARIO = Scenario.CHAINED;
    private static final int CHECKPOINTS = 3;

    @TempDir
    Path work;

    static List<String> claimModes() {
        return ClaimMode.all();
    }

    private Path storage;

    @ParameterizedTest
    @MethodSource("claimModes")
    void whatTheOthersNeedIsStillThere(String mode) throws Exception {
        storage = Files.createDirectories(work.resolve("storage"));
        JobRun.Result first = run(null, mode);
        JobRun.Result middle = run(first.newest(), mode);
        JobRun.Result last = run(middle.newest(), mode);
        List<Path> needed = new ArrayList<>(files(first));
        needed.addAll(files(last));
        List<Path> ofTheMiddle = files(middle);
        boolean shares = files(last).stream().anyMatch(ofTheMiddle::contains);
        assertEquals(!mode.equals("NO_CLAIM"), shares, "the last job needs files of the middle one");
        Path garbage = addGarbage(first);
        long before = size();

        checkpointfs("rm", "--apply", "--grace", "0", "--force-newest", paths(middle));
        checkpointfs("gc", "--apply", "--grace", "0", List.of());
        assertFalse(Files.exists(garbage), "garbage is still there");
        assertTrue(size() >= before, "the trash holds what went");
        checkpointfs("trash", "purge", "--all", "--apply", List.of());

        long freed = before - size();
        System.out.println(mode + ": " + freed + " of " + before + " bytes freed, " + needed.size() + " files needed");
        assertTrue(freed > 0, "nothing was freed");
        assertEquals(List.of(), needed.stream().filter(file -> !Files.exists(file)).toList(), "files that are needed and gone");
        assertEquals(List.of(), ofTheMiddle.stream().filter(file -> Files.exists(file) && !needed.contains(file)).toList(),
                "files of the middle job that nobody needs");
        for (JobRun.Result job : List.of(first, last)) {
            String safe = ClaimMode.all().contains("NO_CLAIM") ? "NO_CLAIM" : mode;
            restoreAndGoOn(job, safe);
        }
        restoreAndGoOn(last, mode);
    }

    private JobRun.Result run(String snapshot, String mode) throws Exception {
        JobRun run = new JobRun(SCENARIO, MovedStorage.spec(SCENARIO), storage).checkpoints(CHECKPOINTS);
        if (snapshot != null) {
            run.restore(snapshot, mode);
        }
        // What a job claims it deletes once it has made as many checkpoints as it retains: retain more than that.
        return run.retained(CHECKPOINTS + 1).run();
    }

    private void restoreAndGoOn(JobRun.Result job, String mode) throws Exception {
        Path out = Files.createTempDirectory(work, "out");
        String next = MovedStorage.restore(SCENARIO, job.newest(), mode, out);
        MovedStorage.restore(SCENARIO, next, mode, out);
    }

    private static List<Path> paths(JobRun.Result job) {
        return job.snapshots().stream().map(MovedStorage::localPath).toList();
    }

    /** What the metadata of a job's checkpoints names, as Flink reads it. */
    private static List<Path> files(JobRun.Result job) throws Exception {
        List<Path> files = new ArrayList<>();
        for (Path snapshot : paths(job)) {
            for (StateFile file : Snapshot.read(snapshot).files()) {
                if (file.isAbsolute()) {
                    files.add(MovedStorage.localPath(file.path()));
                } else if (file.kind().equals("relative")) {
                    files.add(snapshot.resolve(file.path()));
                }
            }
        }
        assertFalse(files.isEmpty(), "the checkpoints have no files");
        return files;
    }

    /** A file as a checkpoint leaves it that was never completed. */
    private static Path addGarbage(JobRun.Result job) throws Exception {
        Path shared = paths(job).get(0).resolveSibling("shared");
        Path some;
        try (Stream<Path> entries = Files.list(shared)) {
            some = entries.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Path garbage = shared.resolve(UUID.randomUUID().toString());
        Files.copy(some, garbage, StandardCopyOption.COPY_ATTRIBUTES);
        return garbage;
    }

    /** Bytes of all files of the storage, the trash too. */
    private long size() throws Exception {
        try (Stream<Path> paths = Files.walk(storage)) {
            return paths.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
        }
    }

    private void checkpointfs(Object... words) throws Exception {
        List<Object> command = new ArrayList<>();
        command.add(Program.checkpointfs());
        for (Object word : words) {
            if (word instanceof List<?> list) {
                command.addAll(list);
            } else {
                command.add(word);
            }
        }
        command.addAll(List.of("--source", storage, "--index", work.resolve("index.sqlite")));
        Program.run(command.toArray());
    }
}
