// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot.CommonSerializerKeys;

/**
 * The serializers of the parts of a keyed state.
 *
 * @param kind {@code VALUE}, {@code LIST}, {@code MAP}, ...; null for timers
 * @param mapKey of a map's entries, else null; null, too, where Flink 2.0 does not describe it
 * @param value of a list the elements, of a map the users' values; with the TTL around it if there is one
 */
record StateParts(String kind, TypeSerializer<?> mapKey, TypeSerializer<?> value) {
    /** As the snapshot has them. */
    static StateParts of(StateMetaInfoSnapshot state) {
        String kind = state.getOption(StateMetaInfoSnapshot.CommonOptionsKeys.KEYED_STATE_TYPE);
        TypeSerializer<?> whole = unwrapped(state.getTypeSerializerSnapshot(CommonSerializerKeys.VALUE_SERIALIZER).restoreSerializer());
        boolean isSecond = state.getBackendStateType().name().equals("KEY_VALUE_V2");
        TypeSerializerSnapshot<?> mapKey = state.getTypeSerializerSnapshot("USER_KEY_SERIALIZER");
        return of(kind, isSecond, whole, mapKey == null ? null : mapKey.restoreSerializer());
    }

    /** As a backend has registered them. */
    static StateParts ofRegistered(Object meta) {
        boolean isSecond = meta.getClass().getName().contains(".v2.");
        return of(Reflect.get(meta, "getStateType").toString(), isSecond, unwrapped((TypeSerializer<?>) Reflect.get(meta, "getStateSerializer")),
                Reflect.has(meta, "getUserKeySerializer", 0) ? (TypeSerializer<?>) Reflect.get(meta, "getUserKeySerializer") : null);
    }

    /**
     * @param isSecond the second form of keyed state: its serializers are those of the parts
     * @param mapKey of the second form
     */
    private static StateParts of(String kind, boolean isSecond, TypeSerializer<?> whole, TypeSerializer<?> mapKey) {
        if ("MAP".equals(kind)) {
            return isSecond
                    ? new StateParts(kind, mapKey, whole)
                    : new StateParts(kind, part(whole, "keySerializer"), part(whole, "valueSerializer"));
        }
        return new StateParts(kind, null, "LIST".equals(kind) && !isSecond ? part(whole, "elementSerializer") : whole);
    }

    private static TypeSerializer<?> part(TypeSerializer<?> composite, String field) {
        return unwrapped(Hidden.get(composite, field));
    }

    /** Without what 2.x puts around serializers of state that may have a TTL. */
    static TypeSerializer<?> unwrapped(TypeSerializer<?> serializer) {
        return serializer.getClass().getSimpleName().startsWith("TtlAware") ? unwrapped(Hidden.get(serializer, "typeSerializer")) : serializer;
    }

    boolean hasTtl() {
        return value.getClass().getSimpleName().equals("TtlSerializer");
    }

    /** The value without the TTL around it. */
    TypeSerializer<?> user() {
        return hasTtl() ? unwrapped(Hidden.<TypeSerializer<?>[]>get(value, "fieldSerializers")[1]) : value;
    }
}
