// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Snapshots of Flink's serializers, and values that they wrote. */
public final class SerializerSamples {
    private static final String USAGE = """
            Writes snapshots of Flink's serializers, and values that these serializers wrote.

            SerializerSamples --out DIR

            Writes DIR/serializers.jsonl, a line of JSON per serializer:
              name      of the sample
              type      the type's name, as checkpointfs prints it
              readable  yes, partly or no
              snapshot  the serializer's snapshot, in hexadecimal
              length    TypeSerializer.getLength()
              values    a list of {"bytes": in hexadecimal, "json": the text that checkpointfs prints}; a value that it cannot read has
                        "opaque", the name of the type that it cannot read, instead of "json"
            """;

    private SerializerSamples() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "out");
            Path directory = Path.of(arguments.get("out"));
            Samples samples = new Samples();
            BasicSamples.addTo(samples);
            ContainerSamples.addTo(samples);
            PojoSamples.addTo(samples);
            KryoSamples.addTo(samples);
            RuntimeSamples.addTo(samples);
            AvroSamples.addTo(samples);
            RowDataSamples.addTo(samples);
            TableSamples.addTo(samples);
            CepSamples.addTo(samples);
            Files.createDirectories(directory);
            List<String> lines = samples.lines();
            Files.write(directory.resolve("serializers.jsonl"), lines);
            System.out.println(lines.size() + " serializers");
        });
    }
}
