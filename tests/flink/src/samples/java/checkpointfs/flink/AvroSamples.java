// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.formats.avro.typeutils.AvroSerializer;

/** Records of Avro. */
final class AvroSamples {
    private static final String ALL_KINDS = """
            {"type": "record", "name": "All", "namespace": "com.acme", "doc": "of each kind", "fields": [
              {"name": "nothing", "type": "null"},
              {"name": "flag", "type": "boolean", "default": false},
              {"name": "number", "type": "int"},
              {"name": "big", "type": "long"},
              {"name": "single", "type": "float"},
              {"name": "double", "type": "double"},
              {"name": "bytes", "type": "bytes"},
              {"name": "text", "type": {"type": "string", "avro.java.string": "String"}},
              {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 3}},
              {"name": "colour", "type": {"type": "enum", "name": "Colour", "namespace": "com.acme.other", "symbols": ["RED", "BLUE"]}},
              {"name": "other_colour", "type": ["null", "com.acme.other.Colour"], "default": null},
              {"name": "numbers", "type": {"type": "array", "items": "int"}},
              {"name": "map", "type": {"type": "map", "values": ["null", "long"]}},
              {"name": "choice", "type": ["null", "int", "string", "Hash"]},
              {"name": "date", "type": {"type": "int", "logicalType": "date"}},
              {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [{"name": "x", "type": "int"}]}}]}
            """;
    private static final String LIST = """
            {"type": "record", "name": "Node", "fields": [
              {"name": "value", "type": "int"},
              {"name": "next", "type": ["null", "Node"]}]}
            """;

    private AvroSamples() {}

    /** For Avro's reflection. */
    public static class Reflected {
        public int number = 5;
        public String text = "t";
    }

    static void addTo(Samples samples) {
        Schema schema = new Schema.Parser().parse(ALL_KINDS);
        samples.add("Avro", "com.acme.All", serializer(schema))
                .value(all(schema, null),
                        "{\"nothing\":null,\"flag\":true,\"number\":-7,\"big\":5000000000,\"single\":1.5,\"double\":-0.25,"
                                + "\"bytes\":\"0x01ff\",\"text\":\"héllo\",\"hash\":\"0x010203\",\"colour\":\"BLUE\","
                                + "\"other_colour\":null,\"numbers\":[1,2,3],\"map\":{\"a\":null,\"b\":2},\"choice\":null,"
                                + "\"date\":19675,\"inner\":{\"x\":1}}")
                .value(all(schema, "text"),
                        "{\"nothing\":null,\"flag\":true,\"number\":-7,\"big\":5000000000,\"single\":1.5,\"double\":-0.25,"
                                + "\"bytes\":\"0x01ff\",\"text\":\"héllo\",\"hash\":\"0x010203\",\"colour\":\"BLUE\","
                                + "\"other_colour\":\"BLUE\",\"numbers\":[1,2,3],\"map\":{\"a\":null,\"b\":2},\"choice\":\"text\","
                                + "\"date\":19675,\"inner\":{\"x\":1}}");
        Schema list = new Schema.Parser().parse(LIST);
        samples.add("Avro that refers to itself", "Node", serializer(list))
                .value(node(list, 1, node(list, 2, null)), "{\"value\":1,\"next\":{\"value\":2,\"next\":null}}");
        samples.add("Avro of a class", "checkpointfs.flink.AvroSamples$Reflected", new AvroSerializer<>(Reflected.class))
                .value(new Reflected(), "{\"number\":5,\"text\":\"t\"}");
    }

    private static AvroSerializer<GenericRecord> serializer(Schema schema) {
        return new AvroSerializer<>(GenericRecord.class, schema);
    }

    private static GenericRecord all(Schema schema, String choice) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("flag", true);
        record.put("number", -7);
        record.put("big", 5_000_000_000L);
        record.put("single", 1.5f);
        record.put("double", -0.25);
        record.put("bytes", ByteBuffer.wrap(new byte[] {1, -1}));
        record.put("text", "héllo");
        record.put("hash", new GenericData.Fixed(schema.getField("hash").schema(), new byte[] {1, 2, 3}));
        Schema colour = schema.getField("colour").schema();
        record.put("colour", new GenericData.EnumSymbol(colour, "BLUE"));
        record.put("other_colour", choice == null ? null : new GenericData.EnumSymbol(colour, "BLUE"));
        record.put("numbers", List.of(1, 2, 3));
        Map<String, Long> map = ContainerSamples.map("a", null, "b", 2L);
        record.put("map", map);
        record.put("choice", choice);
        record.put("date", 19675);
        GenericRecord inner = new GenericData.Record(schema.getField("inner").schema());
        inner.put("x", 1);
        record.put("inner", inner);
        return record;
    }

    private static GenericRecord node(Schema schema, int value, GenericRecord next) {
        GenericRecord node = new GenericData.Record(schema);
        node.put("value", value);
        node.put("next", next);
        return node;
    }
}
