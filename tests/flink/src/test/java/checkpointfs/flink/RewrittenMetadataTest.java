// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A second opinion on the rewriting: to Flink's own reader, the metadata that a mount shows says exactly what the original says, with
 * the same bytes in every file. For every snapshot below {@code tests/data} that this version of Flink wrote.
 */
class RewrittenMetadataTest {
    /** Where the fixtures lay when Flink wrote them: {@code tests/flink/write-fixtures}. */
    private static final List<String> WRITTEN_BELOW = List.of("/data/flink/checkpoints/", "/data/flink/savepoints/");

    static List<Path> storages() throws Exception {
        Path data = Path.of("../data/flink-" + EnvironmentInformation.getVersion()).toRealPath();
        try (Stream<Path> scenarios = Files.list(data)) {
            return scenarios.filter(path -> !path.endsWith("expected")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("storages")
    void saysToFlinkWhatTheOriginalSays(Path storage, @TempDir Path work) throws Exception {
        List<Path> snapshots = Snapshot.findAll(storage);
        assertFalse(snapshots.isEmpty(), "no snapshots");
        try (Mount mount = new Mount(storage, work)) {
            for (Path snapshot : snapshots) {
                Path name = storage.relativize(snapshot);
                Reading original = new Reading(load(snapshot), handle -> contentOf(handle, storage));
                Reading shown = new Reading(load(mount.directory.resolve(name)), handle -> contentOf(handle, mount.directory));
                assertEquals(without(shown.lines, original.lines), without(original.lines, shown.lines), "said of " + name + " by one only");
                assertEquals(original.lines, shown.lines, "the order of " + name);
                assertTrue(original.files > 0, name + " has no files");
            }
        }
    }

    private static String without(List<String> taken, List<String> from) {
        Set<String> those = new HashSet<>(taken);
        return from.stream().filter(line -> !those.contains(line)).collect(Collectors.joining("\n"));
    }

    private static CheckpointMetadata load(Path snapshot) throws Exception {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(snapshot.resolve("_metadata")))) {
            return Checkpoints.loadCheckpointMetadata(in, RewrittenMetadataTest.class.getClassLoader(), "file:" + snapshot);
        }
    }

    /** The recorded size, and a hash of the bytes. */
    private static String contentOf(StreamStateHandle handle, Path storage) throws Exception {
        String kind = handle.getClass().getSimpleName();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        if (!kind.equals("EmptySegmentFileStateHandle")) {
            StateFile file = StateFile.of("", handle);
            String path = handle instanceof FileStateHandle whole ? whole.getFilePath().getPath() : URI.create(file.path()).getPath();
            for (String prefix : WRITTEN_BELOW) {
                if (path.startsWith(prefix)) {
                    path = storage.resolve(path.substring(prefix.length())).toString();
                }
            }
            digest.update(bytes(Path.of(path), kind.equals("SegmentFileStateHandle") ? file : null));
        }
        return handle.getStateSize() + " bytes " + HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static byte[] bytes(Path path, StateFile segment) throws Exception {
        if (segment == null) {
            return Files.readAllBytes(path);
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) segment.size()];
            file.seek(segment.start());
            file.readFully(bytes);
            return bytes;
        }
    }
}
