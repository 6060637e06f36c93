// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

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
    NO_JOB_ID("as rocksdb-incremental, with no directory per job", (options, out) -> options.noJobId()),
    ROCKSDB_FULL("full checkpoints of RocksDB", (options, out) -> options.rocksdb(false)),
    TIMERS_HEAP("as rocksdb-incremental, with timers on the heap", (options, out) -> options.timers("HEAP")),
    TIMERS_ROCKSDB("as rocksdb-incremental, with timers in RocksDB", (options, out) -> options.timers("ROCKSDB")),
    KRYO("as rocksdb-incremental, with state of a type that Kryo writes", (options, out) -> {}),
    FINISHED_SUBTASK("as rocksdb-incremental, with a source of which one subtask is finished", (options, out) -> {}),
    SOURCE_COORDINATOR("as rocksdb-incremental, with a source whose coordinator has splits to hand out", (options, out) -> {}),
    CHANGELOG_COMPRESSED("changelog in compressed files, partly materialized",
            (options, out) -> options.changelog(out, "500 ms").compressedChangelog()),
    CHANGELOG_UNMATERIALIZED("changelog, nothing materialized yet", (options, out) -> options.changelog(out, "1 h")),
    CHANGELOG_HEAP("changelog over the heap backend, partly materialized", (options, out) -> options.hashmap().changelog(out, "500 ms")),
    CHANGELOG_HEAP_COMPRESSED("changelog over the heap backend in compressed files, partly materialized",
            (options, out) -> options.hashmap().changelog(out, "500 ms").compressedChangelog()),
    CHANGELOG_HEAP_UNMATERIALIZED("changelog over the heap backend, nothing materialized yet",
            (options, out) -> options.hashmap().changelog(out, "1 h")),
    FORST_LOCAL("ForSt on the local disk", (options, out) -> options.forst()),
    FORST_REMOTE("ForSt on the checkpoint storage", (options, out) -> options.forst().remoteForst()),
    FORST_ASYNC("ForSt on the checkpoint storage with asynchronous state access", (options, out) -> options.forst());

    public final String description;
    private final BiConsumer<FlinkOptions, String> change;

    Scenario(String description, BiConsumer<FlinkOptions, String> change) {
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
                .map(scenario -> String.format("  %-30s %s%n", scenario.label(), scenario.description))
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
        return name().startsWith("CHANGELOG") ? 700 : 50;
    }

    FlinkOptions options(String checkpoints, int retained) {
        FlinkOptions options = new FlinkOptions(checkpoints, retained);
        change.accept(options, checkpoints);
        return options;
    }

    public JobSpec spec(int keys, int coldBytes) {
        JobSpec spec = rates(keys, coldBytes);
        return switch (this) {
            case UNALIGNED -> FlinkVersion.atLeast("1.12") ? spec : spec.with(JobSpec.Feature.NO_BROADCAST);
            case KRYO -> spec.with(JobSpec.Feature.KRYO);
            case FINISHED_SUBTASK -> spec.with(JobSpec.Feature.UNEVEN_SPLITS);
            case SOURCE_COORDINATOR -> spec.with(JobSpec.Feature.MANY_SPLITS);
            case FORST_ASYNC -> spec.with(JobSpec.Feature.ASYNC);
            default -> spec;
        };
    }

    private JobSpec rates(int keys, int coldBytes) {
        return switch (this) {
            // There is in-flight data only if the source is faster than the keyed operator.
            case UNALIGNED -> new JobSpec(keys, coldBytes, 0, 2);
            // Some files must be larger than what is put inside.
            case INLINE -> new JobSpec(keys, 12 * coldBytes, 2, 0);
            // Each element makes the log longer.
            case CHANGELOG, CHANGELOG_COMPRESSED, CHANGELOG_UNMATERIALIZED, CHANGELOG_HEAP, CHANGELOG_HEAP_COMPRESSED,
                    CHANGELOG_HEAP_UNMATERIALIZED -> new JobSpec(keys, coldBytes, 1, 0);
            default -> new JobSpec(keys, coldBytes, 2, 0);
        };
    }
}
