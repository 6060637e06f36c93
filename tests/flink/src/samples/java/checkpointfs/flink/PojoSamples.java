// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import checkpointfs.flink.BasicSamples.Colour;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.java.tuple.Tuple2;

/** POJOs. Before 2.0 Kryo writes their lists and maps. */
final class PojoSamples {
    private PojoSamples() {}

    /** A field of each kind. */
    public static class Order {
        public int id;
        public String name;
        public Integer boxed;
        public Colour colour;
        public long[] counts;
        public Tuple2<String, Integer> pair;
        public Point point;
        public Order next;

        public Order() {}

        Order(int id) {
            this.id = id;
        }
    }

    /** Of fields of collections. */
    public static class Collections {
        public List<String> list = new ArrayList<>(List.of("a", "b"));
        public Map<String, Integer> map = new HashMap<>(Map.of("k", 1));
    }

    /** With a field of a class of {@code java.time}. */
    public static class Dated {
        public LocalDate date = LocalDate.of(2024, 2, 29);
        public int number = 1;
    }

    /** With a field that Kryo writes. */
    public static class Holder {
        public int number = 1;
        public KryoValue value = new KryoValue(1, 2, 3);
    }

    public record Point(int x, String label) {}

    public static class Animal {
        public String name;

        public Animal() {}

        Animal(String name) {
            this.name = name;
        }
    }

    public static class Dog extends Animal {
        public int bones;

        public Dog() {}

        Dog(String name, int bones) {
            super(name);
            this.bones = bones;
        }
    }

    static void addTo(Samples samples) {
        fields(samples);
        subclasses(samples);
    }

    private static <T> TypeSerializer<T> serializer(Class<T> type) {
        return TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
    }

    private static void fields(Samples samples) {
        Order order = new Order(7);
        order.name = "first";
        order.boxed = 8;
        order.colour = Colour.BLUE;
        order.counts = new long[] {1, 2};
        order.pair = Tuple2.of("p", 1);
        order.point = new Point(3, null);
        boolean lists = FlinkVersion.atLeast("2.0");
        samples.add("POJO", "checkpointfs.flink.PojoSamples$Order", serializer(Order.class))
                .readable("partly")
                .value(null, "null")
                .value(order, "{\"boxed\":8,\"colour\":\"BLUE\",\"counts\":[1,2],\"id\":7,\"name\":\"first\",\"next\":null,"
                        + "\"pair\":[\"p\",1],\"point\":{\"label\":null,\"x\":3}}")
                .value(new Order(1), "{\"boxed\":null,\"colour\":null,\"counts\":null,\"id\":1,\"name\":null,\"next\":null,"
                        + "\"pair\":null,\"point\":null}");
        samples.add("POJO with collections", "checkpointfs.flink.PojoSamples$Collections", serializer(Collections.class))
                .readable(lists ? "yes" : "partly")
                .value(new Collections(), "{\"list\":[\"a\",\"b\"],\"map\":{\"k\":1}}");
        samples.add("POJO with a date", "checkpointfs.flink.PojoSamples$Dated", serializer(Dated.class))
                .value(new Dated(), "{\"date\":\"2024-02-29\",\"number\":1}");
        samples.add("POJO with a field of Kryo", "checkpointfs.flink.PojoSamples$Holder", serializer(Holder.class))
                .readable("partly")
                .opaque(new Holder(), "Kryo<checkpointfs.flink.KryoValue>");
        samples.add("record", "checkpointfs.flink.PojoSamples$Point", serializer(Point.class))
                .value(new Point(1, "a"), "{\"label\":\"a\",\"x\":1}");
        samples.add("List of POJOs", "List<checkpointfs.flink.PojoSamples$Point>", new ListSerializer<>(serializer(Point.class)))
                .value(List.of(new Point(1, "a"), new Point(2, null)), "[{\"label\":\"a\",\"x\":1},{\"label\":null,\"x\":2}]");
    }

    private static void subclasses(Samples samples) {
        String dog = "{\"$class\":\"checkpointfs.flink.PojoSamples$Dog\",\"bones\":3,\"name\":\"d\"}";
        samples.add("POJO with a subclass that was met", "checkpointfs.flink.PojoSamples$Animal", serializer(Animal.class))
                .value(new Animal("a"), "{\"name\":\"a\"}")
                .value(new Dog("d", 3), dog);
        SerializerConfigImpl config = new SerializerConfigImpl();
        config.registerPojoType(Dog.class);
        samples.add("POJO with a registered subclass", "checkpointfs.flink.PojoSamples$Animal",
                        TypeInformation.of(Animal.class).createSerializer(config))
                .value(new Animal("a"), "{\"name\":\"a\"}")
                .value(new Dog("d", 3), dog);
        samples.add("POJO with a subclass that the snapshot lacks", "checkpointfs.flink.PojoSamples$Animal", serializer(Animal.class))
                .snapshotNow()
                .value(new Animal("a"), "{\"name\":\"a\"}")
                .opaque(new Dog("d", 3), "checkpointfs.flink.PojoSamples$Animal");
    }
}
