// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;

/** The generator: writes checkpoint storage with a real Flink. */
public final class Generate {
    private static final String USAGE = """
            Writes checkpoint storage with a real Flink.

            Generate --out DIR --scenario NAME [OPTION...]

              --out DIR          where checkpoints go, or the savepoint of a savepoint scenario
              --scenario NAME    what to write, see below
              --checkpoints N    checkpoints that each job makes and retains (3)
              --keys N           keys of the job (100)
              --cold-bytes N     bytes per key that are written once and never again (64)

            The restorer needs the same --keys and --cold-bytes. Prints the jobs and what they made.

            Scenarios:
            """ + Scenario.list();

    private Generate() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "out", "scenario", "checkpoints", "keys", "cold-bytes");
            Path out = Path.of(arguments.get("out"));
            Scenario scenario = Scenario.of(arguments.get("scenario"));
            JobSpec spec = scenario.spec(arguments.number("keys", 100), arguments.number("cold-bytes", 64));
            for (JobRun.Result result : Storage.generate(scenario, spec, out, arguments.number("checkpoints", 3))) {
                System.out.println("job " + result.job());
                result.snapshots().forEach(snapshot -> System.out.println("snapshot " + snapshot));
            }
        });
    }
}
