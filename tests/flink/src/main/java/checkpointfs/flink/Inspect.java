// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;

/** The inspector: tells what Flink's own reader finds in a {@code _metadata}. */
public final class Inspect {
    private static final String USAGE = """
            Tells what Flink's own reader finds in the metadata of snapshots.

            Inspect SNAPSHOT                   print one snapshot
            Inspect --expected DIR STORAGE     write DIR/<snapshot path, / as __>.tsv for each snapshot in a storage

            Lines, fields separated by tabs:
              checkpoint ID
              operator   ID NAME UID PARALLELISM MAX-PARALLELISM SUBTASKS      (no subtasks: the operator is finished)
              directory  PATH                                                  (of merged files)
              handle     KIND PATH SIZE START POSITION

            KIND is file, relative, byte, segment or empty; PATH is as in the metadata, or the name of a byte handle; START is the first
            byte of a segment. POSITION is coordinator, operator, keyed, meta, shared, private, changelog, input-channel or output-channel.
            """;

    private Inspect() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "expected");
            if (arguments.plain.size() != 1) {
                throw new Arguments.WrongUsage("one directory is needed");
            }
            Path directory = Path.of(arguments.plain.get(0));
            String expected = arguments.get("expected", "");
            if (expected.isEmpty()) {
                Snapshot.read(directory).describe().forEach(System.out::println);
                return;
            }
            Files.createDirectories(Path.of(expected));
            for (Path snapshot : Snapshot.findAll(directory)) {
                String name = directory.relativize(snapshot).toString().replace("/", "__") + ".tsv";
                Files.write(Path.of(expected, name), Snapshot.read(snapshot).describe());
            }
        });
    }
}
