// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long Flink's own reader takes for a {@code _metadata} that lies in memory. */
public final class DecodeTime {
    private static final String USAGE = """
            Reads a _metadata again and again from memory with Flink's own reader, in one thread.

            DecodeTime SNAPSHOT ROUNDS

            Prints the milliseconds of processor time of each round as a JSON array. The first rounds warm up the JVM; JAVA_OPTS of `run`
            must undo its TieredStopAtLevel=1.
            """;

    private DecodeTime() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args);
            if (arguments.plain.size() != 2) {
                throw new Arguments.WrongUsage("a snapshot and a number of rounds are needed");
            }
            Path directory = Path.of(arguments.plain.get(0));
            byte[] bytes = Files.readAllBytes(directory.resolve("_metadata"));
            List<String> milliseconds = new ArrayList<>();
            for (int round = Integer.parseInt(arguments.plain.get(1)); round > 0; round--) {
                long before = processorTime();
                Snapshot.read(new DataInputStream(new ByteArrayInputStream(bytes)), directory);
                milliseconds.add(String.format("%.3f", (processorTime() - before) / 1e6));
            }
            System.out.println(milliseconds);
        });
    }

    private static long processorTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
