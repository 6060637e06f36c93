// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.kafka.common.TopicPartition;

/**
 * The positions of Kafka's sources in a snapshot, read by the connector's own serializers: {@code operator connector topic partition offset
 * stopping_offset subtask place}, tab-separated, as {@code checkpointfs positions} prints them.
 */
public final class PositionOracle {
    private static final KafkaPartitionSplitSerializer KAFKA = new KafkaPartitionSplitSerializer();

    private final String operator;
    private final List<String> lines;

    private PositionOracle(String operator, List<String> lines) {
        this.operator = operator;
        this.lines = lines;
    }

    /** Sorted. */
    public static List<String> lines(Path snapshot) throws Exception {
        List<String> lines = new ArrayList<>();
        Path scratch = Files.createTempDirectory("oracle");
        try (RestoredBackends backends = new RestoredBackends(scratch.toFile())) {
            for (OperatorState operator : Snapshot.read(snapshot).operators()) {
                PositionOracle oracle = new PositionOracle(Snapshot.nameOf(operator), lines);
                for (Map.Entry<Integer, OperatorSubtaskState> subtask : operator.getSubtaskStates().entrySet()) {
                    for (OperatorStateHandle handle : subtask.getValue().getManagedOperatorState()) {
                        oracle.operatorState(subtask.getKey(), OperatorEntries.lists(backends.operator(List.of(handle))));
                    }
                }
                if (operator.getCoordinatorState() != null) {
                    oracle.enumerator(operator.getCoordinatorState());
                }
            }
        } finally {
            Storage.delete(scratch);
        }
        lines.sort(null);
        return lines;
    }

    private void operatorState(int subtask, Map<String, Iterable<?>> states) throws Exception {
        for (Object element : states.getOrDefault("SourceReaderState", List.of())) {
            reader(subtask, (byte[]) element);
        }
        lines.addAll(LegacyKafka.positions(operator, subtask, states));
    }

    private void add(String connector, String topic, Object partition, Object offset, Object stop, String subtask, String place) {
        lines.add(String.join("\t", operator, connector, topic, "" + partition, "" + offset, "" + stop, subtask, place));
    }

    private void reader(int subtask, byte[] element) throws Exception {
        if (ByteBuffer.wrap(element).getInt() != KAFKA.getVersion()) {
            // The job's other source.
            NumberSequenceSource.NumberSequenceSplit split = SimpleVersionedSerialization.readVersionAndDeSerialize(
                    new NumberSequenceSource(0, 0).getSplitSerializer(), element);
            add("number sequence", "", split.splitId(), split.from(), split.to(), "" + subtask, "reader");
            return;
        }
        KafkaPartitionSplit split = SimpleVersionedSerialization.readVersionAndDeSerialize(KAFKA, element);
        add("kafka", split.getTopic(), split.getPartition(), word(split.getStartingOffset()),
                split.getStoppingOffset().map(PositionOracle::word).orElse(""), "" + subtask, "reader");
    }

    private static String word(long offset) {
        if (offset == KafkaPartitionSplit.EARLIEST_OFFSET) {
            return "earliest";
        } else if (offset == KafkaPartitionSplit.LATEST_OFFSET) {
            return "latest";
        }
        return offset == KafkaPartitionSplit.COMMITTED_OFFSET ? "committed" : "" + offset;
    }

    private void enumerator(StreamStateHandle handle) throws Exception {
        byte[] bytes = handle.openInputStream().readAllBytes();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        in.readInt();
        int version = in.readInt();
        KafkaSourceEnumStateSerializer serializer = new KafkaSourceEnumStateSerializer();
        byte[] enumerator = in.readNBytes(in.readInt());
        if (version != serializer.getVersion()) {
            // The job's other source, which has no splits left to assign.
            return;
        }
        KafkaSourceEnumState state = serializer.deserialize(version, enumerator);
        for (TopicPartition partition : state.assignedPartitions()) {
            add("kafka", partition.topic(), partition.partition(), "", "", "", "assigned");
        }
        for (TopicPartition partition : state.unassignedInitialPartitions()) {
            add("kafka", partition.topic(), partition.partition(), "", "", "", "unassigned");
        }
    }
}
