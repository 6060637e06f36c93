// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.typeutils.TupleTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * {@code FlinkKafkaConsumer}, which went with Flink 2.0, without a broker: its classes by name, as not every version that this is compiled
 * for has them.
 */
public final class LegacyKafka {
    private static final String PACKAGE = "org.apache.flink.streaming.connectors.kafka.";
    private static final String STATE = "topic-partition-offset-states";
    private static final int PARTITIONS = 12;

    /** The words of {@code KafkaTopicPartitionStateSentinel}, as positions are printed. */
    private static final Map<Long, String> WORDS =
            Map.of(-915623761773L, "committed", -915623761774L, "latest", -915623761775L, "earliest", -915623761776L, "");

    private LegacyKafka() {}

    public static boolean isThere() {
        try {
            Class.forName(PACKAGE + "FlinkKafkaConsumerBase");
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Adds an operator to the job that has the state of a consumer. */
    public static void add(DataStream<Event> events) {
        events.map(new Consumer()).returns(Types.POJO(Event.class)).uid("legacy-kafka").name("legacy-kafka");
    }

    private static final class Consumer implements MapFunction<Event, Event>, CheckpointedFunction {
        private static final long serialVersionUID = 1L;

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            write(context.getOperatorStateStore());
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {}

        @Override
        public Event map(Event event) {
            return event;
        }
    }

    /** Offsets of partitions, with the serializer that the consumer makes. */
    @SuppressWarnings("unchecked")
    private static void write(OperatorStateStore store) throws Exception {
        Class<?> consumer = Class.forName(PACKAGE + "FlinkKafkaConsumerBase");
        Class<?> partition = Class.forName(PACKAGE + "internals.KafkaTopicPartition");
        // Until 1.9 the consumer lets Flink find the type.
        ListStateDescriptor<Tuple2<Object, Long>> descriptor = Hidden.hasMethod(consumer, "createStateSerializer")
                ? new ListStateDescriptor<>(STATE, (TypeSerializer<Tuple2<Object, Long>>)
                        Hidden.callStatic(consumer, "createStateSerializer", new ExecutionConfig()))
                : new ListStateDescriptor<>(STATE, new TupleTypeInfo<>(TypeInformation.of(partition), Types.LONG));
        ListState<Tuple2<Object, Long>> state = store.getUnionListState(descriptor);
        for (int i = 0; i < PARTITIONS; i++) {
            // The last ones are words.
            long offset = i < PARTITIONS - 4 ? 500L * i : -915623761773L - (i - PARTITIONS + 4);
            state.add(Tuple2.of(Hidden.construct(partition, "legacy", i), offset));
        }
    }

    /** The positions in the operator state of a subtask, as {@code checkpointfs positions} prints them. */
    static List<String> positions(String operator, int subtask, Map<String, Iterable<?>> states) {
        List<String> lines = new ArrayList<>();
        for (Object element : states.getOrDefault(STATE, List.of())) {
            Object partition = ((Tuple2<?, ?>) element).f0;
            long offset = (Long) ((Tuple2<?, ?>) element).f1;
            // The state is the last offset that was read, the position the next one.
            lines.add(String.join("\t", operator, "legacy kafka consumer", (String) Reflect.get(partition, "getTopic"),
                    "" + Reflect.get(partition, "getPartition"), WORDS.getOrDefault(offset, "" + (offset + 1)), "", "" + subtask, "reader"));
        }
        return lines;
    }

    /** All such positions in a snapshot, sorted. */
    static List<String> positions(Path snapshot) throws Exception {
        List<String> lines = new ArrayList<>();
        Path scratch = Files.createTempDirectory("oracle");
        try (RestoredBackends backends = new RestoredBackends(scratch.toFile())) {
            for (OperatorState operator : Snapshot.read(snapshot).operators()) {
                for (Map.Entry<Integer, OperatorSubtaskState> subtask : operator.getSubtaskStates().entrySet()) {
                    for (OperatorStateHandle handle : subtask.getValue().getManagedOperatorState()) {
                        lines.addAll(positions(Snapshot.nameOf(operator), subtask.getKey(), OperatorEntries.lists(backends.operator(List.of(handle)))));
                    }
                }
            }
        } finally {
            Storage.delete(scratch);
        }
        lines.sort(null);
        return lines;
    }
}
