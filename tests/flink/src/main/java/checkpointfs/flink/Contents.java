// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Verifies that a generated snapshot holds what its scenario is about: otherwise a test with it would prove nothing. */
final class Contents {
    private final Scenario scenario;
    private final List<StateFile> files;

    Contents(Scenario scenario, List<StateFile> files) {
        this.scenario = scenario;
        this.files = files;
    }

    void check() {
        switch (scenario) {
            case ROCKSDB_INCREMENTAL, NO_JOB_ID -> needs("absolute shared files", file -> isShared(file, "file"));
            case CHAINED -> {
                needs("absolute shared files", file -> isShared(file, "file"));
                if (jobDirectories().size() != 3) {
                    throw new IllegalStateException("files of the jobs " + jobDirectories());
                }
            }
            case INLINE -> {
                needs("inline shared files", file -> isShared(file, "byte"));
                needs("inline state named like a file", file -> file.kind().equals("byte") && file.path().startsWith("file:/"));
                needs("absolute files", StateFile::isAbsolute);
            }
            case NATIVE_SAVEPOINT -> needs("relative shared files", file -> isShared(file, "relative"));
            case TIMERS_HEAP -> needs("timers beside RocksDB's files", file -> file.position().equals("keyed"));
            case TIMERS_ROCKSDB -> {
                needs("absolute shared files", file -> isShared(file, "file"));
                hasNo("timers beside RocksDB's files", file -> file.position().equals("keyed"));
            }
            case KRYO, FINISHED_SUBTASK, FORST_LOCAL -> needs("absolute shared files", file -> isShared(file, "file"));
            case FORST_REMOTE, FORST_ASYNC -> needs("files of a living database",
                    file -> isShared(file, "file") && file.path().contains("/db/"));
            case SOURCE_COORDINATOR -> needs("many splits in a coordinator",
                    file -> file.position().equals("coordinator") && file.size() > 10_000);
            case ROCKSDB_FULL -> {
                // Since 1.16 RocksDB's own files.
                needs("full state", file -> file.position().equals(FlinkVersion.atLeast("1.16") ? "private" : "keyed"));
                hasNo("shared files", file -> file.position().equals("shared"));
            }
            case CANONICAL_SAVEPOINT, HASHMAP -> needs("keyed state beside the metadata",
                    file -> file.position().equals("keyed") && file.kind().equals(FlinkVersion.atLeast("1.11") ? "relative" : "file"));
            case FILE_MERGING, FILE_MERGING_ACROSS -> {
                needs("segments within a file", file -> file.kind().equals("segment") && file.start() > 0);
                needs("empty segments", file -> file.kind().equals("empty"));
                needs("merged shared files", file -> isShared(file, "segment"));
                needs("merged operator state", file -> file.position().equals("operator") && file.kind().equals("segment"));
            }
            case UNALIGNED -> {
                needs("in-flight data in input channels", file -> file.position().equals("input-channel"));
                needs("in-flight data in output channels", file -> file.position().equals("output-channel"));
            }
            case CHANGELOG -> {
                needs("changelog files", file -> file.position().equals("changelog"));
                needs("materialized state", file -> isShared(file, "file"));
            }
            case CHANGELOG_COMPRESSED -> {
                needs("compressed changelog files", Contents::isCompressed);
                needs("materialized state", file -> isShared(file, "file"));
            }
            case CHANGELOG_HEAP -> {
                needs("changelog files", file -> file.position().equals("changelog"));
                needs("materialized state", file -> file.position().equals("keyed"));
            }
            case CHANGELOG_HEAP_COMPRESSED -> {
                needs("compressed changelog files", Contents::isCompressed);
                needs("materialized state", file -> file.position().equals("keyed"));
            }
            case CHANGELOG_UNMATERIALIZED, CHANGELOG_HEAP_UNMATERIALIZED -> {
                needs("changelog files", file -> file.position().equals("changelog"));
                hasNo("materialized state", file -> file.position().equals("keyed") || file.position().equals("shared"));
            }
        }
    }

    /** Uncompressed, the file is by one byte larger than what is recorded. */
    private static boolean isCompressed(StateFile file) {
        try {
            return file.position().equals("changelog") && Files.size(MovedStorage.localPath(file.path())) < file.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isShared(StateFile file, String kind) {
        return file.position().equals("shared") && file.kind().equals(kind);
    }

    private void needs(String what, Predicate<StateFile> which) {
        if (files.stream().noneMatch(which)) {
            Set<String> kinds = files.stream().map(file -> file.position() + " " + file.kind()).collect(Collectors.toSet());
            throw new IllegalStateException(scenario + " has no " + what + ", but " + kinds);
        }
    }

    private void hasNo(String what, Predicate<StateFile> which) {
        if (files.stream().anyMatch(which)) {
            throw new IllegalStateException(scenario + " has " + what);
        }
    }

    /** Of the paths {@code file:/.../<job>/shared/<name>}. */
    private Set<String> jobDirectories() {
        return files.stream()
                .filter(file -> isShared(file, "file"))
                .map(file -> file.path().replaceFirst("/shared/[^/]*$", ""))
                .collect(Collectors.toSet());
    }
}
