// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;

/** The JSON of an object that Kryo has read: of the JDK's classes only. */
final class KryoJson {
    private KryoJson() {}

    /** @param declared the class that the serializer is for */
    static String of(Object value, Class<?> declared) {
        if (value == null) {
            return "null";
        }
        if (!value.getClass().getName().startsWith("java.")) {
            throw new Opaque("Kryo<" + declared.getName() + ">");
        }
        if (FlinkVersion.atLeast("2.0") && (value instanceof Collection || value instanceof Map)) {
            // Kryo 5 writes them in a form that depends on the classes of their elements.
            throw new Opaque("Kryo<" + declared.getName() + ">");
        }
        if (value instanceof Collection<?> items) {
            StringJoiner out = new StringJoiner(",", "[", "]");
            items.forEach(item -> out.add(of(item, declared)));
            return out.toString();
        }
        if (value instanceof Map<?, ?> map) {
            boolean hasStrings = map.keySet().stream().allMatch(String.class::isInstance);
            StringJoiner out = hasStrings ? new StringJoiner(",", "{", "}") : new StringJoiner(",", "[", "]");
            map.forEach((key, item) -> out.add(hasStrings
                    ? of(key, declared) + ":" + of(item, declared)
                    : "[" + of(key, declared) + "," + of(item, declared) + "]"));
            return out.toString();
        }
        String text = ValueJson.basicOrNull(value);
        if (text == null) {
            throw new Opaque("Kryo<" + declared.getName() + ">");
        }
        return text;
    }
}
