// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.state.RegisteredKeyValueStateBackendMetaInfo;
import org.apache.flink.runtime.state.RegisteredPriorityQueueStateBackendMetaInfo;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;

/** All entries of a RocksDB backend: what is in its database, read with the serializers that the backend has restored. */
final class RocksdbEntries {
    private final RocksDB database;
    private final TypeSerializer<?> keyType;
    private final int prefixBytes;
    private final Function<String, KeyedLines> lines;

    /** @param lines for the state of a name */
    RocksdbEntries(Object backend, Function<String, KeyedLines> lines) {
        database = Hidden.get(backend, "db");
        keyType = (TypeSerializer<?>) Reflect.get(backend, "getKeySerializer");
        prefixBytes = Hidden.<Integer>get(backend, "keyGroupPrefixBytes");
        this.lines = lines;
    }

    static void visit(Object backend, Function<String, KeyedLines> lines) throws Exception {
        RocksdbEntries entries = new RocksdbEntries(backend, lines);
        Map<String, Object> states = Hidden.get(backend, "kvStateInformation");
        for (Map.Entry<String, Object> state : states.entrySet()) {
            ColumnFamilyHandle family = Hidden.get(state.getValue(), "columnFamilyHandle");
            Object meta = Hidden.get(state.getValue(), "metaInfo");
            if (meta instanceof RegisteredPriorityQueueStateBackendMetaInfo<?> timers) {
                entries.visitTimers(state.getKey(), family, timers);
            } else {
                entries.visitState(state.getKey(), family, (RegisteredKeyValueStateBackendMetaInfo<?, ?>) meta);
            }
        }
    }

    private interface Visitor {
        void visit(DataInputDeserializer key, DataInputDeserializer value) throws Exception;
    }

    private void each(ColumnFamilyHandle family, Visitor visitor) throws Exception {
        try (RocksIterator iterator = database.newIterator(family)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                visitor.visit(new DataInputDeserializer(iterator.key()), new DataInputDeserializer(iterator.value()));
            }
            iterator.status();
        }
    }

    private int keyGroup(DataInputDeserializer in) throws Exception {
        return prefixBytes == 1 ? in.readUnsignedByte() : in.readUnsignedShort();
    }

    private void visitTimers(String name, ColumnFamilyHandle family, RegisteredPriorityQueueStateBackendMetaInfo<?> meta) throws Exception {
        KeyedLines timers = lines.apply(name);
        each(family, (key, value) -> {
            int keyGroup = keyGroup(key);
            InternalTimer<?, ?> timer = (InternalTimer<?, ?>) meta.getElementSerializer().deserialize(key);
            timers.timer(keyGroup, timer.getKey(), timer.getNamespace(), timer.getTimestamp());
        });
    }

    private void visitState(String name, ColumnFamilyHandle family, RegisteredKeyValueStateBackendMetaInfo<?, ?> meta) throws Exception {
        KeyedLines state = lines.apply(name);
        TypeSerializer<?> namespaceType = meta.getNamespaceSerializer();
        TypeSerializer<?> valueType = StateTypes.unwrapped(meta.getStateSerializer());
        boolean isAmbiguous = keyType.getLength() < 0 && namespaceType.getLength() < 0;
        each(family, (key, value) -> {
            int keyGroup = keyGroup(key);
            Object object = part(keyType, key, isAmbiguous);
            Object namespace = part(namespaceType, key, isAmbiguous);
            switch (meta.getStateType()) {
                case LIST -> state.entry(keyGroup, object, namespace, list(StateTypes.part(valueType, "elementSerializer"), value));
                case MAP -> {
                    Object mapKey = StateTypes.part(valueType, "keySerializer").deserialize(key);
                    boolean isNull = value.readBoolean();
                    Object user = isNull ? null : StateTypes.part(valueType, "valueSerializer").deserialize(value);
                    state.mapEntry(keyGroup, object, namespace, mapKey, user);
                }
                default -> state.entry(keyGroup, object, namespace, valueType.deserialize(value));
            }
        });
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
