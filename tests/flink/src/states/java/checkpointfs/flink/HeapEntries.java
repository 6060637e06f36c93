// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.runtime.state.StateEntry;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSet;
import org.apache.flink.runtime.state.heap.HeapPriorityQueueSnapshotRestoreWrapper;
import org.apache.flink.runtime.state.heap.StateTable;
import org.apache.flink.streaming.api.operators.InternalTimer;

/** All entries of a heap backend. */
final class HeapEntries {
    private HeapEntries() {}

    /**
     * @param types those of the snapshot; the backend's own are added
     * @param lines for the state of a name
     */
    static void visit(Object backend, StateTypes types, Function<String, KeyedLines> lines) throws Exception {
        Map<String, StateTable<?, ?, ?>> tables = Hidden.get(backend, "registeredKVStates");
        tables.values().forEach(table -> types.addIfNew(table.getMetaInfo()));
        for (Map.Entry<String, StateTable<?, ?, ?>> table : tables.entrySet()) {
            visitTable(table.getValue(), lines.apply(table.getKey()));
        }
        visitQueues(backend, types, lines);
    }

    /** Timers on the heap, which other backends have, too. */
    static void visitQueues(Object backend, StateTypes types, Function<String, KeyedLines> lines) throws Exception {
        KeyGroupRange range = (KeyGroupRange) Reflect.get(backend, "getKeyGroupRange");
        for (Map.Entry<String, HeapPriorityQueueSnapshotRestoreWrapper<?>> queue : queues(backend).entrySet()) {
            types.addIfNew(queue.getValue().getMetaInfo());
            visitTimers(queue.getValue().getPriorityQueue(), range, lines.apply(queue.getKey()));
        }
    }

    /** In a class of their own in newer versions, which is absent where timers are in the database. */
    private static Map<String, HeapPriorityQueueSnapshotRestoreWrapper<?>> queues(Object backend) {
        for (String field : List.of("priorityQueuesManager", "heapPriorityQueuesManager")) {
            if (Hidden.has(backend, field)) {
                Object manager = Hidden.get(backend, field);
                return manager == null ? Map.of() : Hidden.get(manager, "registeredPQStates");
            }
        }
        return Hidden.has(backend, "registeredPQStates") ? Hidden.get(backend, "registeredPQStates") : Map.of();
    }

    private static void visitTable(StateTable<?, ?, ?> table, KeyedLines lines) throws Exception {
        if (!Hidden.has(table, "keyGroupedStateMaps")) {
            visitUngrouped(table, lines);
            return;
        }
        Object[] maps = Hidden.get(table, "keyGroupedStateMaps");
        int first = Hidden.has(table, "keyGroupRange")
                ? Hidden.<KeyGroupRange>get(table, "keyGroupRange").getStartKeyGroup()
                : Hidden.<Integer>get(table, "keyGroupOffset");
        for (int i = 0; i < maps.length; i++) {
            for (Object item : (Iterable<?>) maps[i]) {
                StateEntry<?, ?, ?> entry = (StateEntry<?, ?, ?>) item;
                lines.entry(first + i, entry.getKey(), entry.getNamespace(), entry.getState());
            }
        }
    }

    /** Until 1.8 a table has its key groups in one map. */
    private static void visitUngrouped(StateTable<?, ?, ?> table, KeyedLines lines) throws Exception {
        int groups = (Integer) Reflect.get(Hidden.get(table, "keyContext"), "getNumberOfKeyGroups");
        for (Object item : (Iterable<?>) table) {
            StateEntry<?, ?, ?> entry = (StateEntry<?, ?, ?>) item;
            int group = KeyGroupRangeAssignment.assignToKeyGroup(entry.getKey(), groups);
            lines.entry(group, entry.getKey(), entry.getNamespace(), entry.getState());
        }
    }

    private static void visitTimers(HeapPriorityQueueSet<?> queue, KeyGroupRange range, KeyedLines lines) throws Exception {
        for (int group : range) {
            for (Object item : queue.getSubsetForKeyGroup(group)) {
                InternalTimer<?, ?> timer = (InternalTimer<?, ?>) item;
                lines.timer(group, timer.getKey(), timer.getNamespace(), timer.getTimestamp());
            }
        }
    }
}
