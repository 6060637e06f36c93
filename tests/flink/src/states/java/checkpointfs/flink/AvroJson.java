// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/** The JSON of Avro's objects. */
final class AvroJson {
    private AvroJson() {}

    static String of(Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof IndexedRecord item) {
            StringJoiner out = new StringJoiner(",", "{", "}");
            for (Schema.Field field : item.getSchema().getFields()) {
                out.add(JsonText.string(field.name()) + ":" + of(item.get(field.pos())));
            }
            return out.toString();
        } else if (value instanceof CharSequence || value instanceof GenericEnumSymbol) {
            return JsonText.string(value.toString());
        } else if (value instanceof GenericFixed fixed) {
            return JsonText.bytes(fixed.bytes());
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return JsonText.bytes(bytes);
        } else if (value instanceof Collection<?> items) {
            StringJoiner out = new StringJoiner(",", "[", "]");
            items.forEach(item -> out.add(of(item)));
            return out.toString();
        } else if (value instanceof Map<?, ?> map) {
            StringJoiner out = new StringJoiner(",", "{", "}");
            map.forEach((key, item) -> out.add(JsonText.string(key.toString()) + ":" + of(item)));
            return out.toString();
        }
        return ValueJson.basicOrNull(value);
    }
}
