// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.OperatorBackendSerializationProxy;
import org.apache.flink.runtime.state.RegisteredStateMetaInfoBase;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;

/**
 * The states that one handle describes, as Flink reads them.
 *
 * <p>Their serializers are restored anew, and nothing is read with them: a serializer that has read a value knows more classes than the
 * snapshot does.
 */
final class StateTypes {
    /** Of keyed state, else null. */
    final TypeSerializer<?> key;

    private final Map<String, StateMetaInfoSnapshot> states = new HashMap<>();

    private StateTypes(TypeSerializer<?> key, Collection<StateMetaInfoSnapshot> states) {
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

    /** Where only a log describes the states. */
    static StateTypes ofLog(TypeSerializer<?> key) {
        return new StateTypes(key, List.of());
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

    /** A state that the handle does not describe, but the log that goes with it. */
    void addIfNew(RegisteredStateMetaInfoBase meta) {
        states.computeIfAbsent(meta.getName(), name -> meta.snapshot());
    }

    StateParts parts(String state) {
        return StateParts.of(states.get(state));
    }

    TypeSerializer<?> serializer(String state, StateMetaInfoSnapshot.CommonSerializerKeys which) {
        return StateParts.unwrapped(states.get(state).getTypeSerializerSnapshot(which).restoreSerializer());
    }
}
