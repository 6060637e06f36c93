// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.types.Row;

/** Kinds of rows, which these have since 1.11. */
final class RowKinds {
    static final boolean EXIST = FlinkVersion.atLeast("1.11");

    private RowKinds() {}

    /** Nothing where rows have none. */
    static void set(Row row, int ordinal) {
        try {
            if (EXIST) {
                Class<?> kind = Class.forName("org.apache.flink.types.RowKind");
                Row.class.getMethod("setKind", kind).invoke(row, kind.getEnumConstants()[ordinal]);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the values of a serializer have the kind. */
    static boolean areWrittenBy(TypeSerializer<?> rows) {
        if (Hidden.has(rows, "supportsRowKind")) {
            return Hidden.<Boolean>get(rows, "supportsRowKind");
        }
        // So called by 1.11.
        return Hidden.has(rows, "legacyModeEnabled") && !Hidden.<Boolean>get(rows, "legacyModeEnabled");
    }

    /** {@code +I} and the like. */
    static String textOf(Row row) {
        return (String) Reflect.get(Reflect.get(row, "getKind"), "shortString");
    }
}
