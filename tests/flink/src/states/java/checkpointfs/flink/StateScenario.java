// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import checkpointfs.flink.RestoredBackends.Type;
import checkpointfs.flink.StateJob.Part;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The forms in which {@link StateJob} leaves its state. */
enum StateScenario {
    HEAP(Form.CHECKPOINT, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    HEAP_COMPRESSED(Form.CHECKPOINT, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    HEAP_WIDE(Form.CHECKPOINT, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    HEAP_NATIVE_SAVEPOINT(Form.NATIVE, Type.HEAP, "1.15", (options, out) -> options.hashmap()),
    HEAP_CANONICAL_SAVEPOINT(Form.CANONICAL, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    HEAP_CANONICAL_COMPRESSED(Form.CANONICAL, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    ROCKSDB_FULL(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> options.rocksdb(false)),
    ROCKSDB_FULL_COMPRESSED(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> options.rocksdb(false)),
    ROCKSDB_FULL_WIDE(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> options.rocksdb(false)),
    ROCKSDB_INCREMENTAL(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> options.timers("ROCKSDB")),
    ROCKSDB_WIDE(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> {}),
    ROCKSDB_TIMERS_ON_HEAP(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> options.timers("HEAP")),
    ROCKSDB_NATIVE_SAVEPOINT(Form.NATIVE, Type.ROCKSDB, "1.15", (options, out) -> {}),
    ROCKSDB_CANONICAL_SAVEPOINT(Form.CANONICAL, Type.ROCKSDB, "1.8", (options, out) -> {}),
    ROCKSDB_CANONICAL_COMPRESSED(Form.CANONICAL, Type.ROCKSDB, "1.8", (options, out) -> {}),
    ROCKSDB_CANONICAL_WIDE(Form.CANONICAL, Type.ROCKSDB, "1.8", (options, out) -> {}),
    ROCKSDB_FILE_MERGING(Form.CHECKPOINT, Type.ROCKSDB, "1.20", (options, out) -> options.fileMerging(true)),
    ROCKSDB_CHANGELOG(Form.CHECKPOINT, Type.ROCKSDB, "1.15", (options, out) -> options.changelog(out, "2 s")),
    HEAP_CHANGELOG(Form.CHECKPOINT, Type.HEAP, "1.15", (options, out) -> options.hashmap().changelog(out, "2 s")),
    FORST(Form.CHECKPOINT, Type.FORST, "2.0", (options, out) -> options.forst()),
    FORST_ASYNC(Form.CHECKPOINT, Type.FORST_ASYNC, "2.0", (options, out) -> options.forst()),
    SQL_HEAP(Form.CHECKPOINT, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    SQL_ROCKSDB_INCREMENTAL(Form.CHECKPOINT, Type.ROCKSDB, "1.8", (options, out) -> {}),
    SQL_CANONICAL_SAVEPOINT(Form.CANONICAL, Type.HEAP, "1.8", (options, out) -> options.hashmap()),
    LEGACY_KAFKA(Form.CHECKPOINT, Type.HEAP, "1.8", (options, out) -> options.hashmap());

    /** What a run makes last. */
    enum Form {
        CHECKPOINT,
        NATIVE,
        CANONICAL
    }

    final Form form;

    /** In which backend the oracle restores it. */
    final Type oracle;

    /** The first version of Flink that has this. */
    final String since;

    private final BiConsumer<FlinkOptions, String> change;

    StateScenario(Form form, Type oracle, String since, BiConsumer<FlinkOptions, String> change) {
        this.form = form;
        this.oracle = oracle;
        this.since = since;
        this.change = change;
    }

    /** The name on the command line, {@code rocksdb-incremental}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static StateScenario of(String label) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.label().equals(label))
                .findAny()
                .orElseThrow(() -> new Arguments.WrongUsage("no scenario '" + label + "'"));
    }

    static String list() {
        return Arrays.stream(values()).map(scenario -> "  " + scenario.label() + "\n").collect(Collectors.joining());
    }

    boolean isCompressed() {
        return name().endsWith("COMPRESSED");
    }

    /** Until the changelog has materialized the first half of the events; the second is in the log then. */
    long pauseMillis() {
        return name().endsWith("CHANGELOG") ? 3000 : 0;
    }

    /** Beyond 128 a key group is two bytes of RocksDB's keys. */
    int maxParallelism() {
        return name().endsWith("WIDE") ? 1000 : 128;
    }

    /** Why this version of Flink has no such snapshot, or why it is not compared; null if it is. */
    String leftOut() {
        if (!FlinkVersion.atLeast(since)) {
            return "since " + since;
        }
        if (isCompressed() && FlinkVersion.text().equals("1.18.1")) {
            // EOFException in OperatorStateRestoreOperation: the elements of a list all have the offset of the first.
            return "Flink cannot restore it (FLINK-34063)";
        }
        if (this == LEGACY_KAFKA && !LegacyKafka.isThere()) {
            return FlinkVersion.atLeast("2.0") ? "until 1.20" : "pom.xml has no Kafka for this version";
        }
        return isSql() && !hasConnectors() ? "not compared" : null;
    }

    private boolean isSql() {
        return name().startsWith("SQL_");
    }

    private static boolean hasConnectors() {
        try {
            Class.forName("checkpointfs.flink.SqlStates");
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Whether no value has a length, so that one that cannot be read hides what follows. */
    boolean isUnframed() {
        // Before 1.13 savepoints of the heap backend have the form of its checkpoints.
        return oracle == Type.HEAP && (form != Form.CANONICAL || !FlinkVersion.atLeast("1.13"));
    }

    /** RocksDB makes a file per state and subtask: a few seconds for each operator, so in most scenarios there are fewer of them. */
    Set<Part> parts() {
        if (this == FORST_ASYNC) {
            // The oracle restores all operators with asynchronous access.
            return EnumSet.of(Part.ASYNC);
        }
        if (this == LEGACY_KAFKA) {
            return EnumSet.of(Part.LEGACY_KAFKA);
        }
        if (isSql()) {
            return EnumSet.of(Part.SQL);
        }
        Set<Part> parts = oracle == Type.HEAP || this == ROCKSDB_INCREMENTAL
                ? EnumSet.complementOf(EnumSet.of(Part.ASYNC, Part.KAFKA, Part.SQL, Part.LEGACY_KAFKA, Part.LARGE))
                : EnumSet.of(Part.OBJECTS, Part.KINDS, Part.AMBIGUOUS_KEYS, Part.OPERATOR, Part.OPAQUE);
        if (isUnframed()) {
            parts.remove(Part.OPAQUE);
        }
        return parts;
    }

    FlinkOptions options(Path checkpoints) {
        String uri = Stores.uri(checkpoints.toString());
        FlinkOptions options = new FlinkOptions(uri, 1);
        if (!LocalCluster.canTrigger()) {
            // Only two are wanted, and each has many states.
            options.byClock(2000).set("execution.checkpointing.timeout", "150 s");
        }
        String square = ObjectSample.Square.class.getName();
        if (FlinkVersion.atLeast("2.0")) {
            options.set("pipeline.serialization-config", "[" + square + ": {type: pojo}]");
        } else {
            options.set("pipeline.registered-pojo-types", square);
        }
        change.accept(options, uri);
        return options;
    }
}
