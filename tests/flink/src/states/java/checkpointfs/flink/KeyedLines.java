// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;
import org.apache.flink.runtime.state.ttl.TtlValue;

/** The lines of the entries of one keyed state. */
final class KeyedLines {
    private final String operator;
    private final String state;
    private final TypeSerializer<?> keyType;
    private final TypeSerializer<?> namespaceType;
    private final StateParts parts;
    private final Consumer<String> out;

    KeyedLines(String operator, String state, StateTypes types, Consumer<String> out) {
        this.operator = operator;
        this.state = state;
        this.out = out;
        keyType = types.key;
        parts = types.parts(state);
        namespaceType = parts.kind() == null
                ? Hidden.get(parts.value(), "namespaceSerializer")
                : types.serializer(state, CommonSerializerKeys.NAMESPACE_SERIALIZER);
    }

    private EntryLine line(int keyGroup, Object key, Object namespace) throws IOException {
        return new EntryLine(operator, state)
                .set("key_group", keyGroup)
                .set("key", keyType, key)
                .namespace(namespaceType, namespace);
    }

    /** @param value the state's object: a list or a map for such */
    void entry(int keyGroup, Object key, Object namespace, Object value) throws IOException {
        switch (parts.kind()) {
            case "LIST" -> list(line(keyGroup, key, namespace), (List<?>) value);
            case "MAP" -> {
                for (Map.Entry<?, ?> item : ((Map<?, ?>) value).entrySet()) {
                    mapEntry(keyGroup, key, namespace, item.getKey(), item.getValue());
                }
            }
            default -> single(line(keyGroup, key, namespace), value);
        }
    }

    /**
     * @param mapKey the bytes if the snapshot does not describe the type
     * @param value null, or the user's value, with the TTL around it if there is one
     */
    void mapEntry(int keyGroup, Object key, Object namespace, Object mapKey, Object value) throws IOException {
        EntryLine line = line(keyGroup, key, namespace);
        single(parts.mapKey() == null
                ? line.setOpaque("map_key", (byte[]) mapKey, new Opaque("not described"))
                : line.set("map_key", parts.mapKey(), mapKey), value);
    }

    void timer(int keyGroup, Object key, Object namespace, long timestamp) throws IOException {
        out.accept(line(keyGroup, key, namespace).set("timestamp", timestamp).toString());
    }

    private void single(EntryLine line, Object value) throws IOException {
        if (value instanceof TtlValue<?> ttl) {
            line.set("ttl_ms", ttl.getLastAccessTimestamp()).set("value", parts.user(), ttl.getUserValue());
        } else {
            line.set("value", parts.value(), value);
        }
        out.accept(line.toString());
    }

    private void list(EntryLine line, List<?> values) throws IOException {
        StringJoiner items = new StringJoiner(",", "[", "]");
        StringJoiner times = new StringJoiner(",", "[", "]");
        try {
            for (Object value : values) {
                if (value instanceof TtlValue<?> ttl) {
                    times.add(String.valueOf(ttl.getLastAccessTimestamp()));
                    items.add(ValueJson.of(parts.user(), ttl.getUserValue()));
                } else {
                    items.add(ValueJson.of(parts.value(), value));
                }
            }
            line.set("value", items.toString());
            if (parts.hasTtl()) {
                line.set("ttl_ms", times.toString());
            }
        } catch (Opaque opaque) {
            line.setOpaque("value", EntryLine.joined(parts.value(), values), opaque);
        }
        out.accept(line.toString());
    }
}
