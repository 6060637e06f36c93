// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.OperatorBackendSerializationProxy;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;

/**
 * The states that one handle describes, as Flink reads them.
 *
 * <p>Its serializers are restored anew, and nothing is read with them: a serializer that has read a value knows more classes than the
 * snapshot does.
 */
final class StateTypes {
    /** Of keyed state, else null. */
    final TypeSerializer<?> key;

    private final Map<String, StateMetaInfoSnapshot> states = new HashMap<>();

    private StateTypes(TypeSerializer<?> key, List<StateMetaInfoSnapshot> states) {
        this.key = key;
        states.forEach(state -> this.states.put(state.getName(), state));
    }

    static StateTypes ofKeyed(StreamStateHandle handle) throws Exception {
        KeyedBackendSerializationProxy<?> proxy = new KeyedBackendSerializationProxy<>(StateTypes.class.getClassLoader());
        try (FSDataInputStream in = handle.openInputStream()) {
            proxy.read(new DataInputViewStreamWrapper(in));
        }
        return new StateTypes(proxy.getKeySerializerSnapshot().restoreSerializer(), proxy.getStateMetaInfoSnapshots());
    }

    static StateTypes ofOperator(StreamStateHandle handle) throws Exception {
        OperatorBackendSerializationProxy proxy = new OperatorBackendSerializationProxy(StateTypes.class.getClassLoader());
        try (FSDataInputStream in = handle.openInputStream()) {
            proxy.read(new DataInputViewStreamWrapper(in));
        }
        StateTypes types = new StateTypes(null, proxy.getOperatorStateMetaInfoSnapshots());
        proxy.getBroadcastStateMetaInfoSnapshots().forEach(state -> types.states.put(state.getName(), state));
        return types;
    }

    /** {@code VALUE}, {@code LIST}, {@code MAP}, ... */
    String kind(String state) {
        return states.get(state).getOption(StateMetaInfoSnapshot.CommonOptionsKeys.KEYED_STATE_TYPE);
    }

    TypeSerializer<?> namespace(String state) {
        return restored(state, CommonSerializerKeys.NAMESPACE_SERIALIZER);
    }

    TypeSerializer<?> value(String state) {
        return restored(state, CommonSerializerKeys.VALUE_SERIALIZER);
    }

    /** The key of a broadcast map. */
    TypeSerializer<?> mapKey(String state) {
        return restored(state, CommonSerializerKeys.KEY_SERIALIZER);
    }

    private TypeSerializer<?> restored(String state, CommonSerializerKeys which) {
        TypeSerializer<?> serializer = states.get(state).getTypeSerializerSnapshot(which).restoreSerializer();
        return unwrapped(serializer);
    }

    /** Without what 2.x puts around serializers of state that may have a TTL. */
    static TypeSerializer<?> unwrapped(TypeSerializer<?> serializer) {
        return serializer.getClass().getSimpleName().startsWith("TtlAware") ? Hidden.get(serializer, "typeSerializer") : serializer;
    }

    static boolean isTtl(TypeSerializer<?> serializer) {
        return serializer.getClass().getSimpleName().equals("TtlSerializer");
    }

    /** Element of a list, or value of a map. */
    static TypeSerializer<?> part(TypeSerializer<?> composite, String field) {
        return unwrapped(Hidden.get(composite, field));
    }

    /** What the TTL is around. */
    static TypeSerializer<?> user(TypeSerializer<?> ttl) {
        return unwrapped(Hidden.<TypeSerializer<?>[]>get(ttl, "fieldSerializers")[1]);
    }
}
