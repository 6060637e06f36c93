// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.io.PostVersionedIOReadableWritable;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.streaming.api.operators.InternalTimersSnapshot;
import org.apache.flink.streaming.api.operators.InternalTimersSnapshotReaderWriters;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;

/** Timers that lie on the heap beside RocksDB, in raw keyed state, read with Flink's reader of them. */
final class RawTimers {
    private final String operator;
    private final Consumer<String> out;

    private RawTimers(String operator, Consumer<String> out) {
        this.operator = operator;
        this.out = out;
    }

    static void visit(String operator, KeyGroupsStateHandle handle, Consumer<String> out) throws Exception {
        RawTimers timers = new RawTimers(operator, out);
        try (FSDataInputStream in = handle.openInputStream()) {
            for (Tuple2<Integer, Long> group : handle.getGroupRangeOffsets()) {
                in.seek(group.f1);
                timers.new Services(group.f0).read(in);
            }
        }
    }

    /** The timer services of one key group, as {@code InternalTimerServiceSerializationProxy} writes them. */
    private final class Services extends PostVersionedIOReadableWritable {
        private final int keyGroup;

        Services(int keyGroup) {
            this.keyGroup = keyGroup;
        }

        @Override
        public int getVersion() {
            return 2;
        }

        @Override
        protected void read(DataInputView in, boolean wasVersioned) throws IOException {
            int services = in.readInt();
            for (int i = 0; i < services; i++) {
                String name = in.readUTF();
                InternalTimersSnapshot<?, ?> timers = InternalTimersSnapshotReaderWriters
                        .getReaderForVersion(getReadVersion(), RawTimers.class.getClassLoader())
                        .readTimersSnapshot(in);
                add(timers, Map.of("event_" + name, timers.getEventTimeTimers(), "processing_" + name, timers.getProcessingTimeTimers()));
            }
        }

        private void add(InternalTimersSnapshot<?, ?> snapshot, Map<String, ? extends Set<?>> timers) throws IOException {
            TypeSerializer<?> key = snapshot.getKeySerializerSnapshot().restoreSerializer();
            TypeSerializer<?> namespace = snapshot.getNamespaceSerializerSnapshot().restoreSerializer();
            for (Map.Entry<String, ? extends Set<?>> state : timers.entrySet()) {
                for (Object item : state.getValue()) {
                    TimerHeapInternalTimer<?, ?> timer = (TimerHeapInternalTimer<?, ?>) item;
                    out.accept(new EntryLine(operator, "_timer_state/" + state.getKey())
                            .set("key_group", keyGroup)
                            .set("key", key, timer.getKey())
                            .namespace(namespace, timer.getNamespace())
                            .set("timestamp", timer.getTimestamp())
                            .toString());
                }
            }
        }

        @Override
        public void write(DataOutputView out) {
            throw new UnsupportedOperationException();
        }
    }
}
