// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.OperatorStateHandle;

/** All elements of the operator state of one subtask. */
final class OperatorEntries {
    private OperatorEntries() {}

    static void visit(RestoredBackends backends, String operator, int subtask, OperatorStateHandle handle, Consumer<String> out)
            throws Exception {
        StateTypes types = StateTypes.ofOperator(handle.getDelegateStateHandle());
        Object backend = backends.operator(List.of(handle));
        Map<String, Object> lists = Hidden.get(backend, "registeredOperatorStates");
        for (Map.Entry<String, Object> list : lists.entrySet()) {
            TypeSerializer<?> element = types.value(list.getKey());
            for (Object value : (Iterable<?>) Reflect.get(list.getValue(), "get")) {
                out.accept(new EntryLine(operator, list.getKey()).set("subtask", subtask).set("value", element, value).toString());
            }
        }
        Map<String, Object> broadcasts = Hidden.get(backend, "registeredBroadcastStates");
        for (Map.Entry<String, Object> broadcast : broadcasts.entrySet()) {
            TypeSerializer<?> key = types.mapKey(broadcast.getKey());
            TypeSerializer<?> value = types.value(broadcast.getKey());
            Map<?, ?> map = Hidden.get(broadcast.getValue(), "backingMap");
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.accept(new EntryLine(operator, broadcast.getKey())
                        .set("subtask", subtask)
                        .set("map_key", key, entry.getKey())
                        .set("value", value, entry.getValue())
                        .toString());
            }
        }
        ((AutoCloseable) () -> Reflect.call(backend, "dispose")).close();
    }
}
