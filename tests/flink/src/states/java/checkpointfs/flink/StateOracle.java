// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;

/**
 * What Flink finds in the state of a snapshot: each subtask's state is restored in a backend of Flink, with the serializers that the
 * snapshot describes, and every entry becomes a line as {@code checkpointfs state} prints it.
 */
final class StateOracle {
    private final RestoredBackends backends;
    private final RestoredBackends.Type type;
    private final TypeSerializer<?> logKey;
    private final List<String> lines = new ArrayList<>();

    private StateOracle(RestoredBackends backends, RestoredBackends.Type type, TypeSerializer<?> logKey) {
        this.backends = backends;
        this.type = type;
        this.logKey = logKey;
    }

    /** All lines, sorted. */
    static List<String> lines(Path snapshot, RestoredBackends.Type type) throws Exception {
        return lines(snapshot, type, null);
    }

    /** @param logKey the type of keys where nothing but a changelog tells it; null if there is none such */
    static List<String> lines(Path snapshot, RestoredBackends.Type type, TypeSerializer<?> logKey) throws Exception {
        Path scratch = Files.createTempDirectory("oracle");
        try (RestoredBackends backends = new RestoredBackends(scratch.toFile())) {
            StateOracle oracle = new StateOracle(backends, type, logKey);
            for (OperatorState operator : Snapshot.read(snapshot).operators()) {
                oracle.operator(operator);
            }
            oracle.lines.sort(null);
            return oracle.lines;
        } finally {
            Storage.delete(scratch);
        }
    }

    private void operator(OperatorState operator) throws Exception {
        String name = Snapshot.nameOf(operator);
        OperatorEntries entries = new OperatorEntries(backends, name, lines::add);
        Map<Integer, OperatorSubtaskState> subtasks = new TreeMap<>(operator.getSubtaskStates());
        for (Map.Entry<Integer, OperatorSubtaskState> subtask : subtasks.entrySet()) {
            for (OperatorStateHandle handle : subtask.getValue().getManagedOperatorState()) {
                if (handle.getStateSize() > 0) {
                    entries.visit(subtask.getKey(), handle);
                }
            }
            keyed(name, operator.getMaxParallelism(), subtask.getValue().getManagedKeyedState());
            for (KeyedStateHandle handle : subtask.getValue().getRawKeyedState()) {
                RawTimers.visit(name, (KeyGroupsStateHandle) handle, lines::add);
            }
        }
    }

    private void keyed(String operator, int maxParallelism, Collection<KeyedStateHandle> handles) throws Exception {
        if (handles.isEmpty()) {
            return;
        }
        StreamStateHandle meta = meta(handles.iterator().next());
        if (meta == null && logKey == null) {
            throw new IllegalStateException("nothing is materialized yet, so the snapshot does not tell the type of keys");
        }
        StateTypes types = meta == null ? StateTypes.ofLog(logKey) : StateTypes.ofKeyed(meta);
        Object backend = backends.keyed(type, types.key, maxParallelism, new ArrayList<>(handles));
        Function<String, KeyedLines> of = state -> new KeyedLines(operator, state, types, lines::add);
        if (type == RestoredBackends.Type.HEAP) {
            HeapEntries.visit(backend, types, of);
        } else {
            DatabaseEntries.visit(backend, types, of);
        }
        Reflect.call(backend, "dispose");
    }

    /** The file that begins with the description of the states; null if they are described in a changelog only. */
    private static StreamStateHandle meta(KeyedStateHandle handle) {
        if (handle instanceof KeyGroupsStateHandle keyGroups) {
            return keyGroups.getDelegateStateHandle();
        }
        if (Reflect.has(handle, "getMaterializedStateHandles", 0)) {
            List<?> materialized = (List<?>) Reflect.get(handle, "getMaterializedStateHandles");
            return materialized.isEmpty() ? null : meta((KeyedStateHandle) materialized.get(0));
        }
        return (StreamStateHandle) Reflect.get(handle, Reflect.has(handle, "getMetaDataStateHandle", 0)
                ? "getMetaDataStateHandle" : "getMetaStateHandle");
    }
}
