// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RawValueData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRawValueData;
import org.apache.flink.table.runtime.operators.window.CountWindow;
import org.apache.flink.table.runtime.operators.window.TimeWindow;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.MultisetType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.StructuredType;
import org.apache.flink.types.RowKind;

/** The JSON of what the serializers of Flink's SQL have read. */
public final class TableJson {
    private TableJson() {}

    /** As {@link ValueJson#of}. */
    public static String of(TypeSerializer<?> serializer, Object value) {
        return switch (serializer.getClass().getSimpleName()) {
            case "RowDataSerializer" -> topRow(serializer, (RowData) value);
            case "RawValueDataSerializer" -> raw(serializer, (RawValueData<?>) value);
            case "NullSerializer" -> "null";
            case "StringDataSerializer" -> JsonText.string(value.toString());
            case "DecimalDataSerializer" -> decimal((DecimalData) value);
            case "TimestampDataSerializer" -> JsonText.dateTime(((TimestampData) value).toLocalDateTime());
            case "ArrayDataSerializer" -> array(Hidden.get(serializer, "eleType"), (ArrayData) value);
            case "MapDataSerializer" -> map(Hidden.get(serializer, "keyType"), Hidden.get(serializer, "valueType"), (MapData) value);
            case "LinkedListSerializer" -> ValueJson.list(Hidden.get(serializer, "elementSerializer"), (Collection<?>) value);
            case "ExternalSerializer" -> throw new IllegalStateException("no form yet for " + serializer);
            case "Serializer" -> window(value);
            default -> throw new IllegalStateException("no form for " + value.getClass() + " of " + serializer.getClass());
        };
    }

    private static String window(Object value) {
        return value instanceof TimeWindow window
                ? "{\"start\":" + window.getStart() + ",\"end\":" + window.getEnd() + "}"
                : "{\"id\":" + ((CountWindow) value).getId() + "}";
    }

    /** A row that is not part of another one: always with its kind; its snapshot has no names, but the serializers of its fields. */
    private static String topRow(TypeSerializer<?> serializer, RowData row) {
        LogicalType[] types = Hidden.get(serializer, "types");
        TypeSerializer<?>[] fields = Hidden.get(serializer, "fieldSerializers");
        StringJoiner out = new StringJoiner(",", "{", "}");
        out.add("\"$kind\":\"" + row.getRowKind().shortString() + "\"");
        for (int i = 0; i < types.length; i++) {
            boolean isRaw = types[i].is(LogicalTypeRoot.RAW) && !row.isNullAt(i);
            out.add("\"f" + i + "\":" + (isRaw ? of(fields[i], row.getRawValue(i)) : field(types[i], row, i)));
        }
        return out.toString();
    }

    @SuppressWarnings("unchecked")
    private static String raw(TypeSerializer<?> serializer, RawValueData<?> value) {
        TypeSerializer<Object> inner = (TypeSerializer<Object>) Hidden.get(serializer, "serializer");
        return ValueJson.of(inner, ((RawValueData<Object>) value).toObject(inner));
    }

    private static String row(List<String> names, List<LogicalType> types, RowData row) {
        StringJoiner out = new StringJoiner(",", "{", "}");
        if (row.getRowKind() != RowKind.INSERT) {
            out.add("\"$kind\":\"" + row.getRowKind().shortString() + "\"");
        }
        for (int i = 0; i < types.size(); i++) {
            out.add(JsonText.string(names.get(i)) + ":" + field(types.get(i), row, i));
        }
        return out.toString();
    }

    private static String structured(StructuredType type, RowData row) {
        List<StructuredType.StructuredAttribute> attributes = type.getAttributes();
        return row(attributes.stream().map(StructuredType.StructuredAttribute::getName).toList(), type.getChildren(), row);
    }

    private static String field(LogicalType type, RowData row, int i) {
        return value(type, RowData.createFieldGetter(type, i).getFieldOrNull(row));
    }

    private static String value(LogicalType type, Object value) {
        if (value == null) {
            return "null";
        }
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> JsonText.string(value.toString());
            case DECIMAL -> decimal((DecimalData) value);
            case DATE -> JsonText.date(LocalDate.ofEpochDay((Integer) value));
            case TIME_WITHOUT_TIME_ZONE -> JsonText.time(LocalTime.ofNanoOfDay((Integer) value * 1_000_000L));
            case TIMESTAMP_WITHOUT_TIME_ZONE -> JsonText.dateTime(((TimestampData) value).toLocalDateTime());
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> JsonText.instant(((TimestampData) value).toInstant());
            case ARRAY -> array(((ArrayType) type).getElementType(), (ArrayData) value);
            case MAP -> map(((MapType) type).getKeyType(), ((MapType) type).getValueType(), (MapData) value);
            case MULTISET -> map(((MultisetType) type).getElementType(), new IntType(), (MapData) value);
            case ROW -> row(((RowType) type).getFieldNames(), type.getChildren(), (RowData) value);
            case STRUCTURED_TYPE -> structured((StructuredType) type, (RowData) value);
            // The snapshot has the serializer as an object of Java, which only Java can read.
            case RAW -> JsonText.bytes(((BinaryRawValueData<?>) value).toBytes(null));
            default -> basic(value);
        };
    }

    private static String basic(Object value) {
        String text = ValueJson.basicOrNull(value);
        if (text == null) {
            throw new IllegalStateException("no form for " + value.getClass());
        }
        return text;
    }

    private static String decimal(DecimalData value) {
        return "\"" + value.toBigDecimal().toPlainString() + "\"";
    }

    private static String array(LogicalType element, ArrayData array) {
        ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
        StringJoiner out = new StringJoiner(",", "[", "]");
        for (int i = 0; i < array.size(); i++) {
            out.add(value(element, getter.getElementOrNull(array, i)));
        }
        return out.toString();
    }

    private static String map(LogicalType keyType, LogicalType valueType, MapData map) {
        ArrayData.ElementGetter key = ArrayData.createElementGetter(keyType);
        ArrayData.ElementGetter item = ArrayData.createElementGetter(valueType);
        boolean hasStrings = switch (keyType.getTypeRoot()) {
            case CHAR, VARCHAR -> true;
            default -> false;
        };
        StringJoiner out = hasStrings ? new StringJoiner(",", "{", "}") : new StringJoiner(",", "[", "]");
        for (int i = 0; i < map.size(); i++) {
            String k = value(keyType, key.getElementOrNull(map.keyArray(), i));
            String v = value(valueType, item.getElementOrNull(map.valueArray(), i));
            out.add(hasStrings ? k + ":" + v : "[" + k + "," + v + "]");
        }
        return out.toString();
    }
}
