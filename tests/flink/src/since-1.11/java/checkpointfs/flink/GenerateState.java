// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Writes a snapshot with state of every kind and type, and what Flink finds in it. */
public final class GenerateState {
    private static final String USAGE = """
            Writes a snapshot with state of every kind and type.

            GenerateState --out DIR --scenario NAME [OPTION...]

              --out DIR              where checkpoints go, or the savepoint of a savepoint scenario
              --scenario NAME        what to write, see below
              --parts NAME,...       parts of the job (all but opaque)
              --users N              different keys of each operator (40)
              --events N             events that the job sees (200)
              --parallelism N        subtasks of each operator (2)
              --max-parallelism N    key groups (128)

            Prints the directory of the snapshot. Scenarios:
            """ + StateScenario.list() + "Parts: " + EnumSet.allOf(StateJob.Part.class) + "\n";

    private GenerateState() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "out", "scenario", "parts", "users", "events", "parallelism", "max-parallelism");
            StateScenario scenario = StateScenario.of(arguments.get("scenario"));
            Path out = Files.createDirectories(Path.of(arguments.get("out"))).toAbsolutePath();
            StateJob.Spec spec = new StateJob.Spec(parts(arguments.get("parts", "")), arguments.number("users", 40),
                    arguments.number("parallelism", 2), arguments.number("max-parallelism", 128), scenario.isCompressed());
            System.out.println(StateRun.run(scenario, spec, arguments.number("events", 200), out));
        });
    }

    private static Set<StateJob.Part> parts(String names) {
        if (names.isEmpty()) {
            return StateJob.allButOpaque();
        }
        Set<StateJob.Part> parts = EnumSet.noneOf(StateJob.Part.class);
        for (String name : names.split(",")) {
            parts.add(StateJob.Part.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
        }
        return parts;
    }
}
