// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;

/** The samples, in the order in which they were added. */
final class Samples {
    private final List<Sample<?>> samples = new ArrayList<>();

    /** {@code type}: as checkpointfs names it. */
    <T> Sample<T> add(String name, String type, TypeSerializer<T> serializer) {
        Sample<T> sample = new Sample<>(name, type, serializer);
        samples.add(sample);
        return sample;
    }

    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Sample<?> sample : samples) {
            lines.add(sample.line());
        }
        return lines;
    }

    /** One serializer, and values of it. */
    static final class Sample<T> {
        private final String name;
        private final String type;
        private final TypeSerializer<T> serializer;
        private final List<String> values = new ArrayList<>();
        private String readable = "yes";
        private String snapshot;

        private Sample(String name, String type, TypeSerializer<T> serializer) {
            this.name = name;
            this.type = type;
            this.serializer = serializer;
        }

        /** A value, and the text that checkpointfs prints. */
        Sample<T> value(T value, String json) {
            return add(value, "json", json);
        }

        /** A value that checkpointfs cannot read, and the type that it cannot read. */
        Sample<T> opaque(T value, String opaqueType) {
            return add(value, "opaque", opaqueType);
        }

        /** {@code partly} or {@code no}. */
        Sample<T> readable(String readable) {
            this.readable = readable;
            return this;
        }

        /** Takes the snapshot now, before the serializer meets subclasses in its values. */
        Sample<T> snapshotNow() {
            snapshot = hex(out -> TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration()));
            return this;
        }

        private Sample<T> add(T value, String key, String text) {
            values.add("{\"bytes\":\"" + hex(out -> serializer.serialize(value, out)) + "\",\"" + key + "\":" + quoted(text) + "}");
            return this;
        }

        private String line() {
            if (snapshot == null) {
                snapshotNow();
            }
            return "{\"name\":" + quoted(name) + ",\"type\":" + quoted(type) + ",\"readable\":\"" + readable + "\",\"length\":"
                    + serializer.getLength() + ",\"values\":[" + String.join(",", values) + "],\"snapshot\":\"" + snapshot + "\"}";
        }
    }

    private interface Writer {
        void write(DataOutputView out) throws IOException;
    }

    private static String hex(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputViewStreamWrapper(bytes));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
