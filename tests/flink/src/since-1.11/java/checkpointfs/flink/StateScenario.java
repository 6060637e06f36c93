// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The forms in which {@link StateJob} leaves its state. */
enum StateScenario {
    HEAP(Form.CHECKPOINT, RestoredBackends.Type.HEAP, "1.11", (options, out) -> options.hashmap()),
    HEAP_COMPRESSED(Form.CHECKPOINT, RestoredBackends.Type.HEAP, "1.11", (options, out) -> options.hashmap()),
    HEAP_NATIVE_SAVEPOINT(Form.NATIVE, RestoredBackends.Type.HEAP, "1.15", (options, out) -> options.hashmap()),
    HEAP_CANONICAL_SAVEPOINT(Form.CANONICAL, RestoredBackends.Type.HEAP, "1.11", (options, out) -> options.hashmap()),
    ROCKSDB_FULL(Form.CHECKPOINT, RestoredBackends.Type.ROCKSDB, "1.11", (options, out) -> options.rocksdb(false)),
    ROCKSDB_INCREMENTAL(Form.CHECKPOINT, RestoredBackends.Type.ROCKSDB, "1.11", (options, out) -> {}),
    ROCKSDB_NATIVE_SAVEPOINT(Form.NATIVE, RestoredBackends.Type.ROCKSDB, "1.15", (options, out) -> {}),
    ROCKSDB_CANONICAL_SAVEPOINT(Form.CANONICAL, RestoredBackends.Type.ROCKSDB, "1.11", (options, out) -> {}),
    CANONICAL_COMPRESSED(Form.CANONICAL, RestoredBackends.Type.ROCKSDB, "1.11", (options, out) -> {}),
    FILE_MERGING(Form.CHECKPOINT, RestoredBackends.Type.ROCKSDB, "1.20", (options, out) -> options.fileMerging(true));

    /** What a run makes last. */
    enum Form {
        CHECKPOINT,
        NATIVE,
        CANONICAL
    }

    final Form form;

    /** In which backend the oracle restores it. */
    final RestoredBackends.Type oracle;

    /** The first version of Flink that has this. */
    final String since;

    private final BiConsumer<FlinkOptions, Path> change;

    StateScenario(Form form, RestoredBackends.Type oracle, String since, BiConsumer<FlinkOptions, Path> change) {
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

    /** Whether no value has a length, so that one that cannot be read hides what follows. */
    boolean isUnframed() {
        return oracle == RestoredBackends.Type.HEAP && form != Form.CANONICAL;
    }

    FlinkOptions options(Path checkpoints) {
        FlinkOptions options = new FlinkOptions(checkpoints, 1);
        String square = ObjectSample.Square.class.getName();
        if (FlinkVersion.atLeast("2.0")) {
            options.set("pipeline.serialization-config", "[" + square + ": {type: pojo}]");
        } else {
            options.set("pipeline.registered-pojo-types", square);
        }
        change.accept(options, checkpoints);
        return options;
    }
}
