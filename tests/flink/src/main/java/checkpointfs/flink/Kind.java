// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Arrays;
import java.util.Locale;

/** The rows of the matrix: what is written, and how it is restored. */
enum Kind {
    HEAP("1.8", Scenario.HASHMAP),
    ROCKSDB_INCREMENTAL("1.8", Scenario.ROCKSDB_INCREMENTAL),
    CHAINED("1.8", Scenario.CHAINED),
    CANONICAL_SAVEPOINT("1.8", Scenario.CANONICAL_SAVEPOINT),
    NATIVE_SAVEPOINT("1.15", Scenario.NATIVE_SAVEPOINT),
    INLINE("1.8", Scenario.INLINE),
    NO_JOB_ID("1.19", Scenario.NO_JOB_ID);

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
