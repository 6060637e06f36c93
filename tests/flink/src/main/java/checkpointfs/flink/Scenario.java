// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The kinds of checkpoint storage that are generated, each with the options that make it. */
public enum Scenario {
    ROCKSDB_INCREMENTAL("incremental checkpoints of RocksDB", (options, out) -> {}),
    CHAINED("three jobs, each restored from the one before with CLAIM, sharing its files", (options, out) -> {}),
    INLINE("as rocksdb-incremental; state below 20 kb is inside the metadata", (options, out) -> options.inlineBelow(20 << 10)),
    NATIVE_SAVEPOINT("a savepoint in RocksDB's own format", (options, out) -> {}),
    CANONICAL_SAVEPOINT("a savepoint in the format of all backends", (options, out) -> {}),
    HASHMAP("full checkpoints of the heap backend", (options, out) -> options.hashmap()),
    FILE_MERGING("small files merged within each checkpoint", (options, out) -> options.fileMerging(false)),
    FILE_MERGING_ACROSS("small files merged across checkpoints", (options, out) -> options.fileMerging(true)),
    UNALIGNED("unaligned checkpoints that hold in-flight data", (options, out) -> options.unaligned()),
    CHANGELOG("changelog, partly materialized", (options, out) -> options.changelog(out, "500 ms")),
    NO_JOB_ID("as rocksdb-incremental, with no directory per job", (options, out) -> options.noJobId());

    public final String description;
    private final BiConsumer<FlinkOptions, Path> change;

    Scenario(String description, BiConsumer<FlinkOptions, Path> change) {
        this.description = description;
        this.change = change;
    }

    /** The name on the command line, {@code file-merging}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Scenario of(String label) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.label().equals(label))
                .findAny()
                .orElseThrow(() -> new Arguments.WrongUsage("no scenario '" + label + "'"));
    }

    static String list() {
        return Arrays.stream(values())
                .map(scenario -> String.format("  %-20s %s%n", scenario.label(), scenario.description))
                .collect(Collectors.joining());
    }

    /** Jobs that are chained to make this storage. */
    int jobs() {
        return this == CHAINED ? 3 : 1;
    }

    public boolean isSavepoint() {
        return this == NATIVE_SAVEPOINT || this == CANONICAL_SAVEPOINT;
    }

    /** Least time between two checkpoints; the changelog needs some for a materialization to come in between. */
    long pauseMillis() {
        return this == CHANGELOG ? 400 : 50;
    }

    FlinkOptions options(Path checkpoints, int retained) {
        FlinkOptions options = new FlinkOptions(checkpoints, retained);
        change.accept(options, checkpoints);
        return options;
    }

    public JobSpec spec(int keys, int coldBytes) {
        return switch (this) {
            // There is in-flight data only if the source is faster than the keyed operator.
            case UNALIGNED -> new JobSpec(keys, coldBytes, 0, 2);
            // Some files must be larger than what is put inside.
            case INLINE -> new JobSpec(keys, 4 * coldBytes, 5, 0);
            // Each element makes the log longer.
            case CHANGELOG -> new JobSpec(keys, coldBytes, 1, 0);
            default -> new JobSpec(keys, coldBytes, 5, 0);
        };
    }
}
