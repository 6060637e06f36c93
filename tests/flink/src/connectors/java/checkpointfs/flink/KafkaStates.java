// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.TopicPartition;

/** Kafka's sources without a broker: what Flink's connector would write of these partitions, by its own serializers. */
public final class KafkaStates {
    private static final int PARTITIONS = 12;

    private KafkaStates() {}

    /** Every kind of offset that the connector has. */
    static List<KafkaPartitionSplit> splits() {
        List<KafkaPartitionSplit> splits = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            TopicPartition orders = new TopicPartition("orders", partition);
            TopicPartition other = new TopicPartition("a.very_long-topic." + "x".repeat(200), partition);
            splits.add(new KafkaPartitionSplit(orders, 1_000_000_007L * partition));
            splits.add(switch (partition % 6) {
                case 0 -> new KafkaPartitionSplit(other, KafkaPartitionSplit.EARLIEST_OFFSET);
                case 1 -> new KafkaPartitionSplit(other, KafkaPartitionSplit.LATEST_OFFSET);
                case 2 -> new KafkaPartitionSplit(other, KafkaPartitionSplit.COMMITTED_OFFSET);
                case 3 -> new KafkaPartitionSplit(other, 17, KafkaPartitionSplit.LATEST_OFFSET);
                case 4 -> new KafkaPartitionSplit(other, 17, KafkaPartitionSplit.COMMITTED_OFFSET);
                default -> new KafkaPartitionSplit(other, Long.MAX_VALUE - 2, Long.MAX_VALUE - 1);
            });
        }
        return splits;
    }

    /** Adds a source to the job, and an operator with the state of the source of before 1.14 where the connector still has it. */
    public static void add(DataStream<Event> events) {
        StreamExecutionEnvironment environment = events.getExecutionEnvironment();
        environment.fromSource(new IdleKafkaSource(), WatermarkStrategy.noWatermarks(), "kafka", Types.LONG)
                .uid("kafka")
                .filter(number -> false)
                .uid("kafka-end")
                .name("kafka-end");
        if (LegacyKafka.isThere()) {
            LegacyKafka.add(events);
        }
    }
}
