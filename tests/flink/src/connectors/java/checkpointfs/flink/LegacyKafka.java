// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;

/** {@code FlinkKafkaConsumer}, which went with Flink 2.0: its classes by name. */
final class LegacyKafka {
    private static final String PACKAGE = "org.apache.flink.streaming.connectors.kafka.";
    private static final String STATE = "topic-partition-offset-states";

    private LegacyKafka() {}

    static boolean isThere() {
        try {
            Class.forName(PACKAGE + "FlinkKafkaConsumerBase");
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Offsets of partitions, with the serializer that the consumer makes. */
    @SuppressWarnings("unchecked")
    static void write(OperatorStateStore store, int partitions) throws Exception {
        Class<?> consumer = Class.forName(PACKAGE + "FlinkKafkaConsumerBase");
        Object serializer = Hidden.callStatic(consumer, "createStateSerializer", new ExecutionConfig());
        ListState<Tuple2<Object, Long>> state =
                store.getUnionListState(new ListStateDescriptor<>(STATE, (TypeSerializer<Tuple2<Object, Long>>) serializer));
        Class<?> partition = Class.forName(PACKAGE + "internals.KafkaTopicPartition");
        for (int i = 0; i < partitions; i++) {
            // The last five are the words of KafkaTopicPartitionStateSentinel.
            long offset = i < partitions - 4 ? 500L * i : -915623761773L - (i - partitions + 4);
            state.add(Tuple2.of(Hidden.construct(partition, "legacy", i), offset));
        }
    }
}
