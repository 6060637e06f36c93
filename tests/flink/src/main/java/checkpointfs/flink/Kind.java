// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Arrays;
import java.util.Locale;

/** The rows of the matrix: what is written, and how it is restored. */
enum Kind {
    HEAP("1.8", Scenario.HASHMAP),
    ROCKSDB_FULL("1.8", Scenario.ROCKSDB_FULL),
    ROCKSDB_INCREMENTAL("1.8", Scenario.ROCKSDB_INCREMENTAL),
    CHAINED("1.8", Scenario.CHAINED),
    CANONICAL_SAVEPOINT("1.8", Scenario.CANONICAL_SAVEPOINT),
    NATIVE_SAVEPOINT("1.15", Scenario.NATIVE_SAVEPOINT),
    TIMERS_HEAP("1.8", Scenario.TIMERS_HEAP),
    TIMERS_ROCKSDB("1.8", Scenario.TIMERS_ROCKSDB),
    INLINE("1.8", Scenario.INLINE),
    NO_JOB_ID("1.19", Scenario.NO_JOB_ID),
    RESCALED_DOWN("1.8", Scenario.ROCKSDB_INCREMENTAL, Scenario.ROCKSDB_INCREMENTAL, 1,
            "incremental checkpoints of RocksDB, restored with one subtask instead of two"),
    RESCALED_UP("1.8", Scenario.ROCKSDB_INCREMENTAL, Scenario.ROCKSDB_INCREMENTAL, 3,
            "incremental checkpoints of RocksDB, restored with three subtasks instead of two"),
    UNALIGNED("1.11", Scenario.UNALIGNED),
    UNALIGNED_RESCALED_DOWN("1.13", Scenario.UNALIGNED, Scenario.UNALIGNED, 1,
            "unaligned checkpoints that hold in-flight data, restored with one subtask instead of two"),
    UNALIGNED_RESCALED_UP("1.13", Scenario.UNALIGNED, Scenario.UNALIGNED, 3,
            "unaligned checkpoints that hold in-flight data, restored with three subtasks instead of two"),
    FINISHED_SUBTASK("1.14", Scenario.FINISHED_SUBTASK),
    SOURCE_COORDINATOR("1.12", Scenario.SOURCE_COORDINATOR),
    KRYO("1.8", Scenario.KRYO),
    FILE_MERGING("1.20", Scenario.FILE_MERGING),
    FILE_MERGING_SWITCHED_OFF("1.20", Scenario.FILE_MERGING, Scenario.ROCKSDB_INCREMENTAL),
    FILE_MERGING_ACROSS("1.20", Scenario.FILE_MERGING_ACROSS),
    FILE_MERGING_ACROSS_SWITCHED_OFF("1.20", Scenario.FILE_MERGING_ACROSS, Scenario.ROCKSDB_INCREMENTAL),
    CHANGELOG("1.15", Scenario.CHANGELOG),
    CHANGELOG_SWITCHED_OFF("1.15", Scenario.CHANGELOG, Scenario.ROCKSDB_INCREMENTAL),
    CHANGELOG_COMPRESSED("1.15", Scenario.CHANGELOG_COMPRESSED),
    CHANGELOG_COMPRESSED_SWITCHED_OFF("1.15", Scenario.CHANGELOG_COMPRESSED, Scenario.ROCKSDB_INCREMENTAL),
    CHANGELOG_UNMATERIALIZED("1.15", Scenario.CHANGELOG_UNMATERIALIZED),
    CHANGELOG_UNMATERIALIZED_SWITCHED_OFF("1.15", Scenario.CHANGELOG_UNMATERIALIZED, Scenario.ROCKSDB_INCREMENTAL),
    CHANGELOG_HEAP("1.15", Scenario.CHANGELOG_HEAP),
    CHANGELOG_HEAP_SWITCHED_OFF("1.15", Scenario.CHANGELOG_HEAP, Scenario.HASHMAP),
    CHANGELOG_HEAP_COMPRESSED("1.15", Scenario.CHANGELOG_HEAP_COMPRESSED),
    CHANGELOG_HEAP_UNMATERIALIZED("1.15", Scenario.CHANGELOG_HEAP_UNMATERIALIZED),
    CHANGELOG_HEAP_UNMATERIALIZED_SWITCHED_OFF("1.15", Scenario.CHANGELOG_HEAP_UNMATERIALIZED, Scenario.HASHMAP),
    FORST_LOCAL("2.0", Scenario.FORST_LOCAL),
    FORST_REMOTE("2.0", Scenario.FORST_REMOTE),
    FORST_ASYNC("2.0", Scenario.FORST_ASYNC);

    /** The first version of Flink that has this. */
    final String since;

    final Scenario written;

    /** Whose options the restored job has. */
    final Scenario restored;

    /** Subtasks of the restored job's keyed operator. */
    final int parallelism;

    final String description;

    Kind(String since, Scenario scenario) {
        this(since, scenario, scenario, JobSpec.PARALLELISM, scenario.description);
    }

    Kind(String since, Scenario written, Scenario restored) {
        this(since, written, restored, JobSpec.PARALLELISM, written.description + "; switched off at the restore");
    }

    Kind(String since, Scenario written, Scenario restored, int parallelism, String description) {
        this.since = since;
        this.written = written;
        this.restored = restored;
        this.parallelism = parallelism;
        this.description = description;
    }

    /** The name on the command line, {@code rocksdb-incremental}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findAny()
                .orElseThrow(() -> new Arguments.WrongUsage("no kind '" + label + "'"));
    }
}
