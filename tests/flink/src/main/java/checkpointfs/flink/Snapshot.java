// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;

/** A snapshot directory, as Flink's own reader understands its {@code _metadata}. */
public final class Snapshot {
    /** {@code CheckpointMetadata}; until 1.10 {@code Savepoint}. */
    private final Object metadata;

    private Snapshot(Object metadata) {
        this.metadata = metadata;
    }

    public static Snapshot read(Path directory) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(directory.resolve("_metadata")))) {
            return read(in, directory);
        }
    }

    /** From the content of the {@code _metadata} of this directory. */
    public static Snapshot read(DataInputStream in, Path directory) throws IOException {
        try {
            ClassLoader loader = Snapshot.class.getClassLoader();
            return new Snapshot(FlinkVersion.atLeast("1.11")
                    ? Reflect.callStatic(Checkpoints.class, "loadCheckpointMetadata", in, loader, "file://" + directory.toAbsolutePath())
                    : Reflect.callStatic(Checkpoints.class, "loadCheckpointMetadata", in, loader));
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(directory + ": " + e, e);
        }
    }

    /** All snapshot directories below this one, in order. */
    public static List<Path> findAll(Path storage) throws IOException {
        try (Stream<Path> paths = Files.walk(storage)) {
            return paths.filter(path -> path.endsWith("_metadata")).map(Path::getParent).sorted().toList();
        }
    }

    @SuppressWarnings("unchecked")
    Collection<OperatorState> operators() {
        return (Collection<OperatorState>) Reflect.get(metadata, "getOperatorStates");
    }

    /** The leaves of all handles. */
    public List<StateFile> files() {
        return operators().stream().flatMap(operator -> new HandleWalk(operator).files.stream()).toList();
    }

    /** Whether there is an operator of which some subtasks are finished and others are not. */
    public boolean hasFinishedSubtask() {
        return operators().stream().anyMatch(operator -> {
            long finished = operator.getStates().stream().filter(subtask -> (Boolean) Reflect.get(subtask, "isFinished")).count();
            return finished > 0 && finished < operator.getStates().size();
        });
    }

    /**
     * Everything as tab-separated lines: {@code checkpoint ID}, and per operator {@code operator ID NAME UID PARALLELISM
     * MAX-PARALLELISM SUBTASKS} followed by its {@code directory PATH} and {@code handle KIND PATH SIZE START POSITION} lines, sorted.
     */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("checkpoint\t" + Reflect.get(metadata, "getCheckpointId"));
        for (OperatorState operator : operators()) {
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

    /** The name that {@code checkpointfs state} has for an operator: its uid, else its name, else its id. */
    static String nameOf(OperatorState operator) {
        String uid = text(operator, "getOperatorUid");
        String name = text(operator, "getOperatorName");
        return uid.isEmpty() ? name.isEmpty() ? operator.getOperatorID().toHexString() : name : uid;
    }

    /** Names and uids of operators are in the metadata since 2.0. */
    private static String text(OperatorState operator, String getter) {
        return Reflect.has(operator, getter, 0) ? ((Optional<?>) Reflect.get(operator, getter)).map(Object::toString).orElse("") : "";
    }
}
