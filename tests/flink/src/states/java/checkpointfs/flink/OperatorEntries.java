// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;

/** All elements of the operator state of one operator. Broadcast state is the same in each subtask, and its entries are there once. */
final class OperatorEntries {
    private final RestoredBackends backends;
    private final String operator;
    private final Consumer<String> out;
    private final Map<String, List<String>> known = new HashMap<>();

    OperatorEntries(RestoredBackends backends, String operator, Consumer<String> out) {
        this.backends = backends;
        this.operator = operator;
        this.out = out;
    }

    /** The elements of each list state in a handle. */
    static Map<String, Iterable<?>> lists(Object backend) {
        Map<String, Iterable<?>> lists = new HashMap<>();
        Hidden.<Map<String, Object>>get(backend, "registeredOperatorStates")
                .forEach((state, list) -> lists.put(state, (Iterable<?>) Reflect.get(list, "get")));
        return lists;
    }

    void visit(int subtask, OperatorStateHandle handle) throws Exception {
        StateTypes types = StateTypes.ofOperator(handle.getDelegateStateHandle());
        Object backend = backends.operator(List.of(handle));
        for (Map.Entry<String, Iterable<?>> list : lists(backend).entrySet()) {
            TypeSerializer<?> element = types.serializer(list.getKey(), CommonSerializerKeys.VALUE_SERIALIZER);
            for (Object value : list.getValue()) {
                out.accept(new EntryLine(operator, list.getKey()).set("subtask", subtask).set("value", element, value).toString());
            }
        }
        Map<String, Object> broadcasts = Hidden.get(backend, "registeredBroadcastStates");
        for (Map.Entry<String, Object> broadcast : broadcasts.entrySet()) {
            List<String> entries = broadcast(operator, broadcast.getKey(), types, Hidden.get(broadcast.getValue(), "backingMap"));
            List<String> before = known.putIfAbsent(broadcast.getKey(), entries);
            if (before == null) {
                entries.forEach(out);
            } else if (!before.equals(entries)) {
                throw new IllegalStateException("subtasks of " + operator + " differ in the broadcast state " + broadcast.getKey());
            }
        }
        Reflect.call(backend, "dispose");
    }

    private static List<String> broadcast(String operator, String state, StateTypes types, Map<?, ?> map) throws Exception {
        TypeSerializer<?> key = types.serializer(state, CommonSerializerKeys.KEY_SERIALIZER);
        TypeSerializer<?> value = types.serializer(state, CommonSerializerKeys.VALUE_SERIALIZER);
        List<String> lines = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            lines.add(new EntryLine(operator, state).set("map_key", key, entry.getKey()).set("value", value, entry.getValue()).toString());
        }
        lines.sort(null);
        return lines;
    }
}
