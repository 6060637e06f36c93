// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** One line of {@code checkpointfs state}: the entry of a state. Fields have a fixed order; absent ones are left out. */
final class EntryLine {
    private static final List<String> ORDER = List.of("operator", "state", "subtask", "key_group", "key", "namespace", "timestamp",
            "map_key", "value", "ttl_ms", "opaque");

    private final String[] fields = new String[ORDER.size()];
    private final Set<String> opaqueTypes = new LinkedHashSet<>();

    EntryLine(String operator, String state) {
        set("operator", JsonText.string(operator));
        set("state", JsonText.string(state));
    }

    EntryLine set(String field, String json) {
        fields[ORDER.indexOf(field)] = json;
        return this;
    }

    EntryLine set(String field, long number) {
        return set(field, String.valueOf(number));
    }

    /** The JSON of the object, or all its bytes and the type that cannot be read. */
    EntryLine set(String field, TypeSerializer<?> serializer, Object value) throws IOException {
        try {
            return set(field, ValueJson.of(serializer, value));
        } catch (Opaque opaque) {
            return setOpaque(field, bytes(serializer, value), opaque);
        }
    }

    EntryLine setOpaque(String field, byte[] bytes, Opaque opaque) {
        opaqueTypes.add(opaque.type());
        return set(field, JsonText.bytes(bytes)).set("opaque", JsonText.string(String.join(", ", opaqueTypes)));
    }

    /** A namespace of its own, not the one that all keyed state of functions has. */
    EntryLine namespace(TypeSerializer<?> serializer, Object value) throws IOException {
        boolean isVoid = serializer.getClass().getSimpleName().equals("VoidNamespaceSerializer");
        return isVoid ? this : set("namespace", serializer, value);
    }

    @SuppressWarnings("unchecked")
    static byte[] bytes(TypeSerializer<?> serializer, Object value) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        // A copy, as a serializer that has written a subclass knows it from then on.
        ((TypeSerializer<Object>) serializer.duplicate()).serialize(value, out);
        return out.getCopyOfBuffer();
    }

    /** Elements as RocksDB joins them. */
    static byte[] joined(TypeSerializer<?> element, List<?> values) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        for (Object value : values) {
            parts.add(bytes(element, value));
        }
        DataOutputSerializer out = new DataOutputSerializer(64);
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                out.writeByte(',');
            }
            out.write(parts.get(i));
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public String toString() {
        StringJoiner out = new StringJoiner(",", "{", "}");
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] != null) {
                out.add("\"" + ORDER.get(i) + "\":" + fields[i]);
            }
        }
        return out.toString();
    }
}
