// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.state.RegisteredPriorityQueueStateBackendMetaInfo;
import org.apache.flink.runtime.state.RegisteredStateMetaInfoBase;
import org.apache.flink.streaming.api.operators.InternalTimer;

/**
 * All entries of a backend on RocksDB or ForSt: what is in its database, read with the serializers that the backend has restored. The
 * classes of the two have the same names, in different packages.
 */
final class DatabaseEntries {
    private final Object database;
    private final TypeSerializer<?> keyType;
    private final int prefixBytes;
    private final Function<String, KeyedLines> lines;

    private DatabaseEntries(Object backend, StateTypes types, Function<String, KeyedLines> lines) {
        database = Hidden.get(backend, "db");
        keyType = types.key.duplicate();
        prefixBytes = Hidden.<Integer>get(backend, "keyGroupPrefixBytes");
        this.lines = lines;
    }

    /**
     * @param types those of the snapshot; the backend's own are added
     * @param lines for the state of a name
     */
    static void visit(Object backend, StateTypes types, Function<String, KeyedLines> lines) throws Exception {
        DatabaseEntries entries = new DatabaseEntries(backend, types, lines);
        if (Hidden.has(backend, "writeBatchWrapper")) {
            // Timers that a log has added.
            Reflect.call(Hidden.get(backend, "writeBatchWrapper"), "flush");
        }
        Map<String, Object> states = Hidden.get(backend, "kvStateInformation");
        for (Map.Entry<String, Object> state : states.entrySet()) {
            Object family = Hidden.get(state.getValue(), "columnFamilyHandle");
            Object meta = Hidden.get(state.getValue(), "metaInfo");
            types.addIfNew((RegisteredStateMetaInfoBase) meta);
            if (meta instanceof RegisteredPriorityQueueStateBackendMetaInfo<?> timers) {
                entries.visitTimers(state.getKey(), family, timers);
            } else {
                entries.visitState(state.getKey(), family, meta);
            }
        }
        HeapEntries.visitQueues(backend, types, lines);
    }

    private interface Visitor {
        void visit(DataInputDeserializer key, DataInputDeserializer value) throws Exception;
    }

    private void each(Object family, Visitor visitor) throws Exception {
        Object iterator = database.getClass().getMethod("newIterator", family.getClass()).invoke(database, family);
        for (Reflect.call(iterator, "seekToFirst"); (Boolean) Reflect.call(iterator, "isValid"); Reflect.call(iterator, "next")) {
            visitor.visit(new DataInputDeserializer((byte[]) Reflect.call(iterator, "key")),
                    new DataInputDeserializer((byte[]) Reflect.call(iterator, "value")));
        }
        Reflect.call(iterator, "status");
        Reflect.call(iterator, "close");
    }

    private int keyGroup(DataInputDeserializer in) throws Exception {
        return prefixBytes == 1 ? in.readUnsignedByte() : in.readUnsignedShort();
    }

    private void visitTimers(String name, Object family, RegisteredPriorityQueueStateBackendMetaInfo<?> meta) throws Exception {
        KeyedLines timers = lines.apply(name);
        each(family, (key, value) -> {
            int keyGroup = keyGroup(key);
            InternalTimer<?, ?> timer = (InternalTimer<?, ?>) meta.getElementSerializer().deserialize(key);
            timers.timer(keyGroup, timer.getKey(), timer.getNamespace(), timer.getTimestamp());
        });
    }

    private void visitState(String name, Object family, Object meta) throws Exception {
        KeyedLines state = lines.apply(name);
        TypeSerializer<?> namespaceType = (TypeSerializer<?>) Reflect.get(meta, "getNamespaceSerializer");
        StateParts parts = StateParts.ofRegistered(meta);
        boolean isAmbiguous = keyType.getLength() < 0 && namespaceType.getLength() < 0;
        each(family, (key, value) -> {
            int keyGroup = keyGroup(key);
            Object object = part(keyType, key, isAmbiguous);
            Object namespace = part(namespaceType, key, isAmbiguous);
            switch (parts.kind()) {
                case "LIST" -> state.entry(keyGroup, object, namespace, list(parts.value(), value));
                case "MAP" -> {
                    Object mapKey = parts.mapKey() == null ? rest(key) : parts.mapKey().deserialize(key);
                    Object user = value.readBoolean() ? null : parts.value().deserialize(value);
                    state.mapEntry(keyGroup, object, namespace, mapKey, user);
                }
                default -> state.entry(keyGroup, object, namespace, parts.value().deserialize(value));
            }
        });
    }

    private static byte[] rest(DataInputDeserializer in) throws Exception {
        byte[] bytes = new byte[in.available()];
        in.readFully(bytes);
        return bytes;
    }

    /** Key or namespace; each is followed by its length if both have no fixed one. */
    private static Object part(TypeSerializer<?> type, DataInputDeserializer in, boolean isAmbiguous) throws Exception {
        int begin = in.getPosition();
        Object value = type.deserialize(in);
        for (int length = in.getPosition() - begin; isAmbiguous && length != 0; length >>>= 8) {
            if (in.readUnsignedByte() != (length & 0xFF)) {
                throw new IllegalStateException("the length behind a part of an ambiguous key is not that of the part");
            }
        }
        return value;
    }

    private static List<Object> list(TypeSerializer<?> element, DataInputDeserializer in) throws Exception {
        List<Object> values = new ArrayList<>();
        while (in.available() > 0) {
            values.add(element.deserialize(in));
            if (in.available() > 0 && in.readByte() != ',') {
                throw new IllegalStateException("no comma between the elements of a list");
            }
        }
        return values;
    }
}
