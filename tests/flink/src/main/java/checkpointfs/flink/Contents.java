// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

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

    /** Of the paths {@code file:/.../<job>/shared/<name>}. */
    private Set<String> jobDirectories() {
        return files.stream()
                .filter(file -> isShared(file, "file"))
                .map(file -> file.path().replaceFirst("/shared/[^/]*$", ""))
                .collect(Collectors.toSet());
    }
}
