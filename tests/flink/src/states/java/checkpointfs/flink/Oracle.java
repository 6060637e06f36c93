// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Prints what Flink finds in the state of a snapshot. */
public final class Oracle {
    private static final String USAGE = """
            Prints every entry of every state of a snapshot, as checkpointfs state does, in sorted lines.

            Oracle --backend BACKEND SNAPSHOT

              --backend BACKEND    the backend of Flink that restores it: heap, rocksdb, forst, forst-async
            """;

    private Oracle() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "backend");
            RestoredBackends.Type type = RestoredBackends.Type.of(arguments.get("backend"));
            PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
            StateOracle.lines(Path.of(arguments.plain.get(0)), type).forEach(out::println);
            out.flush();
        });
    }
}
