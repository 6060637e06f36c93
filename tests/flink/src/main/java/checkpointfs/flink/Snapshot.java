// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;

/** A snapshot directory, as Flink's own reader understands its {@code _metadata}. */
public final class Snapshot {
    private final CheckpointMetadata metadata;

    private Snapshot(CheckpointMetadata metadata) {
        this.metadata = metadata;
    }

    public static Snapshot read(Path directory) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(directory.resolve("_metadata")))) {
            return new Snapshot(Checkpoints.loadCheckpointMetadata(
                    in, Snapshot.class.getClassLoader(), "file://" + directory.toAbsolutePath()));
        }
    }

    /** All snapshot directories below this one, in order. */
    public static List<Path> findAll(Path storage) throws IOException {
        try (Stream<Path> paths = Files.walk(storage)) {
            return paths.filter(path -> path.endsWith("_metadata")).map(Path::getParent).sorted().toList();
        }
    }

    /** The leaves of all handles. */
    public List<StateFile> files() {
        return metadata.getOperatorStates().stream().flatMap(operator -> new HandleWalk(operator).files.stream()).toList();
    }

    /**
     * Everything as tab-separated lines: {@code checkpoint ID}, and per operator {@code operator ID NAME UID PARALLELISM
     * MAX-PARALLELISM SUBTASKS} followed by its {@code directory PATH} and {@code handle KIND PATH SIZE START POSITION} lines, sorted.
     */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("checkpoint\t" + metadata.getCheckpointId());
        for (OperatorState operator : metadata.getOperatorStates()) {
            lines.add(String.join("\t", "operator", operator.getOperatorID().toHexString(), text(operator, "getOperatorName"),
                    text(operator, "getOperatorUid"), "" + operator.getParallelism(), "" + operator.getMaxParallelism(),
                    "" + operator.getStates().size()));
            HandleWalk handles = new HandleWalk(operator);
            handles.directories.stream().sorted().map(directory -> "directory\t" + directory).forEach(lines::add);
            handles.files.stream()
                    .map(file -> String.join("\t", "handle", file.kind(), file.path(), "" + file.size(), "" + file.start(), file.position()))
                    .sorted()
                    .forEach(lines::add);
        }
        return lines;
    }

    /** Names and uids of operators are in the metadata since 2.0. */
    private static String text(OperatorState operator, String getter) {
        try {
            return ((Optional<?>) OperatorState.class.getMethod(getter).invoke(operator)).map(Object::toString).orElse("");
        } catch (NoSuchMethodException e) {
            return "";
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
