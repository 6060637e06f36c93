// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;
import org.apache.flink.types.Either;
import org.apache.flink.types.Row;

/** Samples of types that have parts. */
final class ObjectSample {
    private ObjectSample() {}

    /** A POJO in a POJO. */
    public static class Money {
        public BigDecimal amount;
        public String currency;
    }

    /** A POJO of which some fields are null; the lists, maps and dates are Kryo's in Flink 1.x. */
    public static class Order {
        public long id;
        public String note;
        public Money total;
        public Boolean paid;
        public int[] sizes;
        public DayOfWeek day;
        public List<String> tags;
        public Map<String, Long> counts;
        public LocalDate due;
        public Instant at;
        public Tuple2<Integer, String> pair;
    }

    /** With subclasses. */
    public static class Shape {
        public String name;
    }

    /** Registered with Flink. */
    public static class Square extends Shape {
        public double side;
    }

    /** Not registered. */
    public static class Circle extends Shape {
        public double radius;
    }

    static final String AVRO = """
            {"type": "record", "name": "Visit", "namespace": "com.acme", "fields": [
              {"name": "id", "type": "long"},
              {"name": "small", "type": "int"},
              {"name": "page", "type": "string"},
              {"name": "referrer", "type": ["null", "string"]},
              {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["VIEW", "CLICK", "BUY"]}},
              {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 4}},
              {"name": "body", "type": "bytes"},
              {"name": "scores", "type": {"type": "array", "items": "double"}},
              {"name": "labels", "type": {"type": "map", "values": "float"}},
              {"name": "next", "type": ["null", "Visit"]},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}}]}
            """;

    static final List<Sample<?>> READABLE = List.of(
            new Sample<>("order", Types.POJO(Order.class), ObjectSample::order),
            new Sample<>("square", Types.POJO(Shape.class), n -> n % 2 == 0 ? shape(new Shape(), n) : square(n)),
            new Sample<>("either", Types.EITHER(Types.STRING, Types.LONG), n -> n % 2 == 0 ? Either.Left("left" + n) : Either.Right(n)),
            new Sample<>("row", Types.ROW(Types.STRING, Types.INT, Types.DOUBLE), ObjectSample::row),
            new Sample<>("named-row", Types.ROW_NAMED(new String[] {"name", "size"}, Types.STRING, Types.ROW(Types.LONG)),
                    n -> Row.of("row" + n, Row.of(n))),
            new Sample<>("tuple", Types.TUPLE(Types.STRING, Types.LONG, Types.LIST(Types.INT)),
                    n -> Tuple3.of("t" + n, n, new ArrayList<>(Arrays.asList((int) n, -1)))),
            new Sample<>("list-value", Types.LIST(Types.POJO(Money.class)), n -> new ArrayList<>(List.of(money(n), money(n + 1)))),
            new Sample<>("map-value", Types.MAP(Types.STRING, Types.DOUBLE), n -> new HashMap<>(Map.of("a", n / 4.0, "b", -1.0))),
            new Sample<>("number-map", Types.MAP(Types.INT, Types.STRING), n -> new HashMap<>(Map.of(1, "one", 2, "two" + n))),
            new Sample<>("money-array", Types.OBJECT_ARRAY(Types.POJO(Money.class)), n -> new Money[] {money(n), null}),
            avro("avro", AVRO, ObjectSample::visit));

    /** Of these the values, or some, are hexadecimal. */
    static final List<Sample<?>> OPAQUE = List.of(
            new Sample<>("receipt", Types.GENERIC(KryoValue.class), n -> new KryoValue((int) n, n, -n)),
            new Sample<>("receipt-tuple", Types.TUPLE(Types.LONG, Types.GENERIC(KryoValue.class)), n -> Tuple2.of(n, new KryoValue((int) n, n, -n))),
            new Sample<>("kryo-list", Types.GENERIC(ArrayList.class), n -> new ArrayList<>(List.of("a" + n, n, (int) n))),
            new Sample<>("kryo-map", Types.GENERIC(HashMap.class), n -> new HashMap<>(Map.of("a", n, "b", LocalDate.ofEpochDay(n)))),
            new Sample<>("kryo-date", Types.GENERIC(LocalDate.class), LocalDate::ofEpochDay),
            new Sample<>("circle", Types.POJO(Shape.class), n -> n % 2 == 0 ? shape(new Shape(), n) : circle(n)));

    private static Sample<GenericRecord> avro(String name, String schema, java.util.function.LongFunction<GenericRecord> value) {
        TypeInformation<GenericRecord> type = new GenericRecordAvroTypeInfo(new Schema.Parser().parse(schema));
        return new Sample<>(name, type, value);
    }

    static Money money(long n) {
        Money money = new Money();
        money.amount = BigDecimal.valueOf(n, 2);
        money.currency = n % 3 == 0 ? null : "EUR";
        return money;
    }

    static Order order(long n) {
        Order order = new Order();
        order.id = n;
        if (n % 5 == 0) {
            return order;
        }
        order.note = "note " + n;
        order.total = n % 5 == 1 ? null : money(n);
        order.paid = n % 2 == 0;
        order.sizes = new int[] {1, (int) n};
        order.day = DayOfWeek.of((int) (n % 7) + 1);
        order.tags = new ArrayList<>(List.of("tag", "größer" + n));
        order.counts = new HashMap<>(Map.of("a", n, "b", -n));
        order.due = LocalDate.ofEpochDay(n * 100);
        order.at = Instant.ofEpochSecond(n * 1_000_000, n);
        order.pair = Tuple2.of((int) n, "second");
        return order;
    }

    private static <S extends Shape> S shape(S shape, long n) {
        shape.name = "shape" + n;
        return shape;
    }

    private static Shape square(long n) {
        Square square = shape(new Square(), n);
        square.side = n / 2.0;
        return square;
    }

    private static Shape circle(long n) {
        Circle circle = shape(new Circle(), n);
        circle.radius = n / 8.0;
        return circle;
    }

    private static Row row(long n) {
        Row row = Row.of(n % 3 == 0 ? null : "cell" + n, n % 4 == 0 ? null : (int) n, n / 10.0);
        RowKinds.set(row, (int) (n % 4));
        return row;
    }

    static GenericRecord visit(long n) {
        Schema schema = new Schema.Parser().parse(AVRO);
        GenericRecord visit = new GenericData.Record(schema);
        visit.put("id", n);
        visit.put("small", (int) -n);
        visit.put("page", "/page/" + n + "/ä");
        visit.put("referrer", n % 2 == 0 ? null : "ref" + n);
        Schema kind = schema.getField("kind").schema();
        visit.put("kind", new GenericData.EnumSymbol(kind, kind.getEnumSymbols().get((int) (n % 3))));
        visit.put("hash", new GenericData.Fixed(schema.getField("hash").schema(), new byte[] {1, 2, 3, (byte) n}));
        visit.put("body", java.nio.ByteBuffer.wrap(new byte[] {(byte) n, -1}));
        visit.put("scores", n % 3 == 0 ? List.of() : List.of(n / 2.0, 0.1));
        visit.put("labels", n % 3 == 0 ? Map.of() : Map.of("a", n / 8f));
        visit.put("next", n % 7 == 1 ? visit(n - 1) : null);
        visit.put("day", (int) n);
        return visit;
    }
}
