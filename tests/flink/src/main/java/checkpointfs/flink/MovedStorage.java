// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A storage that was generated, whose newest snapshot was copied out of the mount with {@code cp -r}, and that is then gone:
 * unmounted and deleted. What a test restores from a copy can only come from the copy.
 */
final class MovedStorage {
    /** Enough for RocksDB to have several files per subtask; see {@link ColdState} for what matters. */
    private static final int KEYS = 200;

    private static final int COLD_BYTES = 64;

    /** What the snapshot's own metadata named. */
    final List<StateFile> original;

    private final Path work;
    private final Path storage;

    /** Path of the snapshot within the storage. */
    private final Path name;

    private final Map<String, Path> copies = new LinkedHashMap<>();

    /** Generates the storage in an empty directory. */
    MovedStorage(Scenario scenario, JobSpec spec, Path work) throws Exception {
        Program.checkpointfs();
        this.work = work;
        storage = work.resolve("storage");
        List<JobRun.Result> results = Storage.generate(scenario, spec, storage, 3);
        Path snapshot = localPath(results.get(results.size() - 1).newest());
        original = Snapshot.read(snapshot).files();
        name = storage.relativize(snapshot);
        if (scenario == Scenario.NO_JOB_ID && name.getNameCount() != 1) {
            throw new IllegalStateException("there is a directory per job: " + name);
        }
        if (scenario == Scenario.FINISHED_SUBTASK && !Snapshot.read(snapshot).hasFinishedSubtask()) {
            throw new IllegalStateException("no subtask is finished beside one that is not");
        }
    }

    /**
     * All of it: generates, copies, deletes the storage.
     *
     * @param work an empty directory for all of it
     * @param labels of the copies to make
     * @param options of the mount
     */
    MovedStorage(Scenario scenario, Path work, List<String> labels, String... options) throws Exception {
        this(scenario, spec(scenario), work);
        copyOut(labels, options);
        deleteOriginal();
    }

    /**
     * Mounts the storage, and copies the newest snapshot to {@code copies/<label>/<path of the snapshot in the storage>}.
     *
     * @param options of the mount
     */
    void copyOut(List<String> labels, String... options) throws Exception {
        try (Mount mount = new Mount(storage, work, options)) {
            for (String label : labels) {
                Path copy = copiesOf(work, label).resolve(name);
                Files.createDirectories(copy.getParent());
                Program.run("cp", "-r", mount.directory.resolve(name), copy);
                copies.put(label, copy);
            }
        }
    }

    /** @throws IllegalStateException if checkpointfs finds other state in the storage than Flink */
    void compareState(Scenario scenario) throws Exception {
        String outcome = VerifyingState.outcome(scenario, storage);
        if (outcome.startsWith(Results.FAILED)) {
            throw new IllegalStateException("the state differs: " + outcome);
        }
    }

    void deleteOriginal() throws Exception {
        Storage.delete(storage);
    }

    static Path copiesOf(Path work, String label) {
        return work.resolve("copies").resolve(label);
    }

    static JobSpec spec(Scenario scenario) {
        return scenario.spec(KEYS, COLD_BYTES);
    }

    Path copy(String label) {
        return copies.get(label);
    }

    /**
     * Restores, verifies all state, makes three checkpoints, of which Flink keeps two.
     *
     * @param options the scenario whose options the job has
     * @return the newest checkpoint
     */
    static String restore(Scenario options, String snapshot, String claimMode, Path out) throws Exception {
        return new JobRun(options, spec(options), out)
                .restore(snapshot, claimMode)
                .checkpoints(3)
                .retained(2)
                .run()
                .newest();
    }

    static Path localPath(String uri) {
        return Path.of(URI.create(uri).getPath());
    }

    /** Names of the files that a snapshot refers to relatively and that are not there. */
    static List<String> lostFiles(Path snapshot) throws Exception {
        return Snapshot.read(snapshot).files().stream()
                .filter(file -> file.kind().equals("relative"))
                .map(StateFile::path)
                .filter(path -> !Files.exists(snapshot.resolve(path)))
                .toList();
    }
}
