// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.CheckpointRetentionPolicy;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CheckpointMetadataOutputStream;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.filesystem.FsCompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.memory.NonPersistentMetadataCheckpointStorageLocation;
import org.apache.flink.util.InstantiationUtil;

/**
 * Writes the file that the store of completed checkpoints keeps in high-availability.storageDir for a checkpoint: the same object, by
 * the same serialization as FileSystemStateStorageHelper.
 */
public final class HaCheckpoint {
    private static final int MAX_BYTES = 1 << 20;

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println(
                    "usage: HaCheckpoint METADATA URI OUT   (URI: of the checkpoint's directory; memory: in the JobManager's storage)");
            System.exit(2);
        }
        final String uri = arguments[1];
        final java.nio.file.Path file = java.nio.file.Path.of(arguments[0]);
        final CheckpointMetadata metadata;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            metadata = Checkpoints.loadCheckpointMetadata(in, HaCheckpoint.class.getClassLoader(), uri);
        }
        final Map<OperatorID, OperatorState> operators = new HashMap<>();
        for (OperatorState operator : metadata.getOperatorStates()) {
            operators.put(operator.getOperatorID(), operator);
        }
        final CompletedCheckpointStorageLocation location;
        if (uri.equals("memory")) {
            final CheckpointMetadataOutputStream out =
                    new NonPersistentMetadataCheckpointStorageLocation(MAX_BYTES).createMetadataOutputStream();
            out.write(Files.readAllBytes(file));
            location = out.closeAndFinalizeCheckpoint();
        } else {
            location =
                    new FsCompletedCheckpointStorageLocation(
                            FileSystem.getLocalFileSystem(),
                            new Path(uri),
                            new FileStateHandle(new Path(uri + "/_metadata"), Files.size(file)),
                            uri);
        }
        final CompletedCheckpoint checkpoint =
                new CompletedCheckpoint(
                        new JobID(0, 0),
                        metadata.getCheckpointId(),
                        1,
                        2,
                        operators,
                        metadata.getMasterStates(),
                        CheckpointProperties.forCheckpoint(CheckpointRetentionPolicy.RETAIN_ON_CANCELLATION),
                        location,
                        null);
        Files.createDirectories(java.nio.file.Path.of(arguments[2]).getParent());
        Files.write(java.nio.file.Path.of(arguments[2]), InstantiationUtil.serializeObject(checkpoint));
    }

    private HaCheckpoint() {}
}
