// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.types.Either;
import org.apache.flink.types.Row;

/**
 * The JSON of an object that one of Flink's serializers has read, in the form of {@code checkpointfs state}.
 *
 * <p>Knows serializers by their simple names, as some are private, and in other packages in other versions.
 */
final class ValueJson {
    private ValueJson() {}

    /** @throws Opaque if a part of it is of a class that only its owner can read */
    static String of(TypeSerializer<?> serializer, Object value) {
        String name = serializer.getClass().getSimpleName();
        if (name.startsWith("TtlAware")) {
            return of(Hidden.get(serializer, "typeSerializer"), value);
        }
        if (value == null) {
            return "null";
        }
        return switch (name) {
            case "TupleSerializer" -> tuple(Hidden.get(serializer, "fieldSerializers"), (Tuple) value);
            case "RowSerializer" -> row(serializer, (Row) value);
            case "PojoSerializer" -> pojo(serializer, value);
            case "EitherSerializer" -> either(serializer, (Either<?, ?>) value);
            case "NullableSerializer" -> of(Hidden.get(serializer, "originalSerializer"), value);
            case "ListSerializer", "ArrayListSerializer", "SetSerializer" ->
                list(Hidden.get(serializer, "elementSerializer"), (Collection<?>) value);
            case "MapSerializer" -> map(Hidden.get(serializer, "keySerializer"), Hidden.get(serializer, "valueSerializer"), (Map<?, ?>) value);
            case "GenericArraySerializer" -> array(Hidden.get(serializer, "componentSerializer"), value);
            case "KryoSerializer" -> KryoJson.of(value, Hidden.<Class<?>>get(serializer, "type"));
            case "AvroSerializer" -> AvroJson.of(value);
            case "UnionSerializer" -> union(serializer, value);
            case "BufferEntrySerializer" -> bufferEntry(serializer, value);
            case "StreamElementSerializer" -> record(serializer, value);
            case "Serializer" -> window(serializer, value);
            case "VoidNamespaceSerializer", "VoidSerializer" -> "null";
            default -> basic(serializer, value);
        };
    }

    /** A value of which the serializer tells nothing that its class does not; or one of SQL, which is not there for each version. */
    private static String basic(TypeSerializer<?> serializer, Object value) {
        String text = basicOrNull(value);
        if (text != null) {
            return text;
        }
        String name = serializer.getClass().getName();
        if (name.startsWith("org.apache.flink.table.") || name.startsWith("org.apache.flink.cep.")) {
            return ofSql(name.startsWith("org.apache.flink.table.") ? "TableJson" : "PatternJson", serializer, value);
        }
        throw new IllegalStateException("no form for " + value.getClass() + " of " + serializer.getClass());
    }

    private static String ofSql(String writer, TypeSerializer<?> serializer, Object value) {
        try {
            return (String) Reflect.callStatic(Class.forName("checkpointfs.flink." + writer), "of", serializer, value);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String basicOrNull(Object value) {
        if (value instanceof Double number) {
            return JsonText.number(number);
        } else if (value instanceof Float number) {
            return JsonText.number(number);
        } else if (value instanceof BigInteger number) {
            return JsonText.bigInteger(number);
        } else if (value instanceof BigDecimal number) {
            return JsonText.bigDecimal(number);
        } else if (value instanceof Boolean || value instanceof Number) {
            return value.toString();
        } else if (value instanceof String || value instanceof Character) {
            return JsonText.string(value.toString());
        } else if (value instanceof Enum<?> constant) {
            return JsonText.string(constant.name());
        }
        return value.getClass().isArray() ? basicArray(value) : timeOrNull(value);
    }

    private static String timeOrNull(Object value) {
        if (value instanceof Instant instant) {
            return JsonText.instant(instant);
        } else if (value instanceof LocalDate date) {
            return JsonText.date(date);
        } else if (value instanceof LocalTime time) {
            return JsonText.time(time);
        } else if (value instanceof LocalDateTime time) {
            return JsonText.dateTime(time);
        } else if (value instanceof java.sql.Date date) {
            return JsonText.sqlDate(date.getTime());
        } else if (value instanceof java.sql.Time time) {
            return JsonText.sqlTime(time.getTime());
        } else if (value instanceof Timestamp time) {
            return JsonText.instant(time.toInstant());
        }
        return value instanceof Date date ? JsonText.instant(Instant.ofEpochMilli(date.getTime())) : null;
    }

    private static String basicArray(Object value) {
        if (value instanceof byte[] bytes) {
            return JsonText.bytes(bytes);
        } else if (value instanceof char[] characters) {
            return JsonText.string(new String(characters));
        }
        StringJoiner out = new StringJoiner(",", "[", "]");
        for (int i = 0; i < Array.getLength(value); i++) {
            Object item = Array.get(value, i);
            out.add(item == null ? "null" : basicOrNull(item));
        }
        return out.toString();
    }

    private static String array(TypeSerializer<?> component, Object value) {
        StringJoiner out = new StringJoiner(",", "[", "]");
        for (int i = 0; i < Array.getLength(value); i++) {
            out.add(of(component, Array.get(value, i)));
        }
        return out.toString();
    }

    private static String tuple(TypeSerializer<?>[] fields, Tuple value) {
        StringJoiner out = new StringJoiner(",", "[", "]");
        for (int i = 0; i < fields.length; i++) {
            out.add(of(fields[i], value.getField(i)));
        }
        return out.toString();
    }

    private static String row(TypeSerializer<?> serializer, Row value) {
        TypeSerializer<?>[] fields = Hidden.get(serializer, "fieldSerializers");
        StringJoiner out = new StringJoiner(",", "[", "]");
        for (int i = 0; i < fields.length; i++) {
            out.add(of(fields[i], value.getField(i)));
        }
        if (!RowKinds.areWrittenBy(serializer)) {
            return out.toString();
        }
        return "{\"$kind\":\"" + RowKinds.textOf(value) + "\",\"fields\":" + out + "}";
    }

    private static String pojo(TypeSerializer<?> serializer, Object value) {
        Class<?> type = Hidden.get(serializer, "clazz");
        if (value.getClass() != type) {
            return subclass(serializer, value);
        }
        StringJoiner out = new StringJoiner(",", "{", "}");
        pojoFields(serializer, value, out);
        return out.toString();
    }

    /** By the serializer that the snapshot had for the class, if it had one. */
    private static String subclass(TypeSerializer<?> serializer, Object value) {
        Map<Class<?>, TypeSerializer<?>> met = Hidden.get(serializer, "subclassSerializerCache");
        Map<Class<?>, Integer> registered = Hidden.get(serializer, "registeredClasses");
        Integer tag = registered.get(value.getClass());
        TypeSerializer<?> subclass = tag == null
                ? met.get(value.getClass())
                : Hidden.<TypeSerializer<?>[]>get(serializer, "registeredSerializers")[tag];
        if (subclass == null || !subclass.getClass().getSimpleName().equals("PojoSerializer")) {
            throw new Opaque(Hidden.<Class<?>>get(serializer, "clazz").getName());
        }
        StringJoiner out = new StringJoiner(",", "{", "}");
        out.add("\"$class\":" + JsonText.string(value.getClass().getName()));
        pojoFields(subclass, value, out);
        return out.toString();
    }

    private static void pojoFields(TypeSerializer<?> serializer, Object value, StringJoiner out) {
        Field[] fields = Hidden.get(serializer, "fields");
        TypeSerializer<?>[] serializers = Hidden.get(serializer, "fieldSerializers");
        for (int i = 0; i < fields.length; i++) {
            try {
                fields[i].setAccessible(true);
                out.add(JsonText.string(fields[i].getName()) + ":" + of(serializers[i], fields[i].get(value)));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String either(TypeSerializer<?> serializer, Either<?, ?> value) {
        return value.isLeft()
                ? "{\"left\":" + of(Hidden.get(serializer, "leftSerializer"), value.left()) + "}"
                : "{\"right\":" + of(Hidden.get(serializer, "rightSerializer"), value.right()) + "}";
    }

    static String list(TypeSerializer<?> element, Collection<?> value) {
        StringJoiner out = new StringJoiner(",", "[", "]");
        value.forEach(item -> out.add(of(element, item)));
        return out.toString();
    }

    private static String map(TypeSerializer<?> key, TypeSerializer<?> item, Map<?, ?> value) {
        boolean hasStrings = isString(key) && !value.containsKey(null);
        StringJoiner out = hasStrings ? new StringJoiner(",", "{", "}") : new StringJoiner(",", "[", "]");
        value.forEach((k, v) -> out.add(hasStrings ? of(key, k) + ":" + of(item, v) : "[" + of(key, k) + "," + of(item, v) + "]"));
        return out.toString();
    }

    /** Of a map in a POJO, keys may be null since 2.0. */
    private static boolean isString(TypeSerializer<?> serializer) {
        String name = serializer.getClass().getSimpleName();
        return name.equals("NullableSerializer") ? isString(Hidden.get(serializer, "originalSerializer")) : name.equals("StringSerializer");
    }

    private static String union(TypeSerializer<?> serializer, Object value) {
        return (Boolean) Reflect.get(value, "isOne")
                ? "{\"one\":" + of(Hidden.get(serializer, "oneSerializer"), Reflect.get(value, "getOne")) + "}"
                : "{\"two\":" + of(Hidden.get(serializer, "twoSerializer"), Reflect.get(value, "getTwo")) + "}";
    }

    private static String bufferEntry(TypeSerializer<?> serializer, Object value) {
        return "{\"joined\":" + Hidden.get(value, "hasBeenJoined") + ",\"element\":"
                + of(Hidden.get(serializer, "elementSerializer"), Hidden.get(value, "element")) + "}";
    }

    private static String record(TypeSerializer<?> serializer, Object value) {
        String element = "\"value\":" + of(Hidden.get(serializer, "typeSerializer"), Reflect.get(value, "getValue")) + "}";
        return (Boolean) Reflect.get(value, "hasTimestamp")
                ? "{\"timestamp\":" + Reflect.get(value, "getTimestamp") + "," + element
                : "{" + element;
    }

    private static String window(TypeSerializer<?> serializer, Object value) {
        if (value instanceof TimeWindow window) {
            return "{\"start\":" + window.getStart() + ",\"end\":" + window.getEnd() + "}";
        }
        return value instanceof GlobalWindow ? "\"global\"" : basic(serializer, value);
    }
}
