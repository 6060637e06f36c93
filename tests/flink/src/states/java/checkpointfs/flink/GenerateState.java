// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes a snapshot with state of every kind and type, and what Flink finds in it. */
public final class GenerateState {
    private static final String USAGE = """
            Writes a snapshot with state of every kind and type.

            GenerateState --out DIR --scenario NAME [OPTION...]

              --out DIR              where checkpoints go, or the savepoint of a savepoint scenario
              --scenario NAME        what to write, see below
              --lines FILE           where to write what Oracle prints of the snapshot
              --positions FILE       where to write the positions of Kafka's sources, if the job has that part
              --parts NAME,...       parts of the job; see below
              --users N              different keys of each operator (40)
              --events N             events that the job sees (200)
              --parallelism N        subtasks of each operator (2)
              --key-groups N         of each operator, the maximum parallelism (that of the scenario)

            Prints the directory of the snapshot. Scenarios:
            """ + StateScenario.list() + "Parts: " + EnumSet.allOf(StateJob.Part.class) + "\n";

    private GenerateState() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "out", "scenario", "lines", "positions", "parts", "users", "events", "parallelism",
                    "key-groups");
            StateScenario scenario = StateScenario.of(arguments.get("scenario"));
            Path out = Files.createDirectories(Path.of(arguments.get("out"))).toAbsolutePath();
            StateJob.Spec spec = new StateJob.Spec(parts(scenario, arguments.get("parts", "")), arguments.number("users", 40),
                    arguments.number("parallelism", 2), arguments.number("key-groups", scenario.maxParallelism()), scenario.isCompressed());
            Path snapshot = StateRun.run(scenario, spec, arguments.number("events", 200), out);
            System.out.println(snapshot);
            String positions = arguments.get("positions", "");
            if (!positions.isEmpty()) {
                Files.write(Path.of(positions), positions(snapshot));
            }
            String lines = arguments.get("lines", "");
            if (!lines.isEmpty()) {
                Files.write(Path.of(lines), StateOracle.lines(snapshot, scenario.oracle));
            }
        });
    }

    /** What the connector's own serializers find. */
    @SuppressWarnings("unchecked")
    static List<String> positions(Path snapshot) throws Exception {
        // Not there in each version that this is compiled for.
        return (List<String>) Reflect.callStatic(Class.forName("checkpointfs.flink.PositionOracle"), "lines", snapshot);
    }

    private static Set<StateJob.Part> parts(StateScenario scenario, String names) {
        if (names.isEmpty()) {
            return scenario.parts();
        }
        Set<StateJob.Part> parts = EnumSet.noneOf(StateJob.Part.class);
        for (String name : names.split(",")) {
            parts.add(StateJob.Part.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
        }
        return parts;
    }
}
