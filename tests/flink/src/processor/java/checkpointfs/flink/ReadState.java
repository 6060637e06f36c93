// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** How long Flink's State Processor API takes for the state of {@link LargeStates}. */
public final class ReadState {
    private static final String USAGE = """
            Reads the states of GenerateState's part LARGE with the State Processor API, again and again in one JVM, with one subtask.

            ReadState --backend heap|rocksdb --state value|map SNAPSHOT ROUNDS

            Prints for each round the seconds on the wall, the seconds of processor time of the JVM, and the entries that it read. The
            first rounds warm up the JVM; JAVA_OPTS of `run` must undo its TieredStopAtLevel=1.
            """;

    private static final String ENTRIES = "entries";

    private ReadState() {}

    /** Counts the entries of one state. Flink stops reading at a key for which nothing is collected. */
    abstract static class Counting extends KeyedStateReaderFunction<String, String> {
        private static final long serialVersionUID = 1L;
        final LongCounter entries = new LongCounter();

        @Override
        public void open(Configuration parameters) {
            getRuntimeContext().addAccumulator(ENTRIES, entries);
        }
    }

    static final class Values extends Counting {
        private static final long serialVersionUID = 1L;
        private transient ValueState<Event> state;

        @Override
        public void open(Configuration parameters) {
            super.open(parameters);
            state = getRuntimeContext().getState(LargeStates.value());
        }

        @Override
        public void readKey(String key, Context context, Collector<String> out) throws Exception {
            entries.add(state.value() == null ? 0 : 1);
            out.collect(key);
        }
    }

    static final class Maps extends Counting {
        private static final long serialVersionUID = 1L;
        private transient MapState<String, Long> state;

        @Override
        public void open(Configuration parameters) {
            super.open(parameters);
            state = getRuntimeContext().getMapState(LargeStates.map());
        }

        @Override
        public void readKey(String key, Context context, Collector<String> out) throws Exception {
            for (var entry : state.entries()) {
                entries.add(entry.getKey() == null || entry.getValue() == null ? 0 : 1);
            }
            out.collect(key);
        }
    }

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "backend", "state");
            if (arguments.plain.size() != 2) {
                throw new Arguments.WrongUsage("a snapshot and a number of rounds are needed");
            }
            StateBackend backend = arguments.get("backend").equals("heap") ? new HashMapStateBackend() : rocksdb();
            Counting function = arguments.get("state").equals("value") ? new Values() : new Maps();
            String snapshot = Path.of(arguments.plain.get(0)).toUri().toString();
            for (int round = Integer.parseInt(arguments.plain.get(1)); round > 0; round--) {
                long wall = System.nanoTime();
                long processor = processorTime();
                long entries = read(snapshot, backend, function);
                System.out.printf("%.3f %.3f %d%n", (System.nanoTime() - wall) / 1e9, (processorTime() - processor) / 1e9, entries);
            }
        });
    }

    /** Of the memory that the API gives it (64 MB), the indexes of a few files leave no room for blocks: it would be ten times as slow. */
    private static StateBackend rocksdb() {
        EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend();
        backend.getMemoryConfiguration().setUseManagedMemory(false);
        return backend;
    }

    private static long read(String snapshot, StateBackend backend, Counting function) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(1);
        SavepointReader.read(environment, snapshot, backend)
                .readKeyedState(OperatorIdentifier.forUid(LargeStates.UID), function, Types.STRING, Types.STRING)
                .sinkTo(new DiscardingSink<>());
        return environment.execute().getAccumulatorResult(ENTRIES);
    }

    private static long processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
