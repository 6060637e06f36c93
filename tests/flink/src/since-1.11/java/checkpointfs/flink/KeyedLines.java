// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.ttl.TtlValue;

/** The lines of the entries of one keyed state. */
final class KeyedLines {
    private final String operator;
    private final String state;
    private final StateTypes types;
    private final Consumer<String> out;
    private final TypeSerializer<?> namespaceType;
    private final TypeSerializer<?> valueType;

    KeyedLines(String operator, String state, StateTypes types, Consumer<String> out) {
        this.operator = operator;
        this.state = state;
        this.types = types;
        this.out = out;
        boolean isTimer = types.kind(state) == null;
        namespaceType = isTimer ? Hidden.get(types.value(state), "namespaceSerializer") : types.namespace(state);
        valueType = types.value(state);
    }

    private EntryLine line(int keyGroup, Object key, Object namespace) throws Exception {
        return new EntryLine(operator, state)
                .set("key_group", keyGroup)
                .set("key", types.key, key)
                .namespace(namespaceType, namespace);
    }

    /** @param value the state's object: a list or a map for such */
    void entry(int keyGroup, Object key, Object namespace, Object value) throws Exception {
        switch (types.kind(state)) {
            case "LIST" -> list(line(keyGroup, key, namespace), (List<?>) value);
            case "MAP" -> {
                for (Map.Entry<?, ?> item : ((Map<?, ?>) value).entrySet()) {
                    mapEntry(keyGroup, key, namespace, item.getKey(), item.getValue());
                }
            }
            default -> single(line(keyGroup, key, namespace), valueType, value);
        }
    }

    /** @param value null, or the user's value, with the TTL around it if there is one */
    void mapEntry(int keyGroup, Object key, Object namespace, Object mapKey, Object value) throws Exception {
        EntryLine line = line(keyGroup, key, namespace)
                .set("map_key", StateTypes.part(valueType, "keySerializer"), mapKey);
        single(line, StateTypes.part(valueType, "valueSerializer"), value);
    }

    void timer(int keyGroup, Object key, Object namespace, long timestamp) throws Exception {
        out.accept(line(keyGroup, key, namespace).set("timestamp", timestamp).toString());
    }

    private void single(EntryLine line, TypeSerializer<?> type, Object value) throws Exception {
        if (value instanceof TtlValue<?> ttl) {
            line.set("ttl_ms", ttl.getLastAccessTimestamp()).set("value", StateTypes.user(type), ttl.getUserValue());
        } else {
            line.set("value", type, value);
        }
        out.accept(line.toString());
    }

    private void list(EntryLine line, List<?> values) throws Exception {
        TypeSerializer<?> element = StateTypes.part(valueType, "elementSerializer");
        StringJoiner items = new StringJoiner(",", "[", "]");
        StringJoiner times = new StringJoiner(",", "[", "]");
        try {
            for (Object value : values) {
                if (value instanceof TtlValue<?> ttl) {
                    items.add(ValueJson.of(StateTypes.user(element), ttl.getUserValue()));
                    times.add(String.valueOf(ttl.getLastAccessTimestamp()));
                } else {
                    items.add(ValueJson.of(element, value));
                }
            }
            line.set("value", items.toString());
            if (StateTypes.isTtl(element)) {
                line.set("ttl_ms", times.toString());
            }
        } catch (Opaque opaque) {
            line.setOpaque("value", EntryLine.joined(element, values), opaque);
        }
        out.accept(line.toString());
    }
}
