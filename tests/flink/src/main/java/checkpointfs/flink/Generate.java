// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The generator: writes checkpoint storage with a real Flink. */
public final class Generate {
    private static final String USAGE = """
            Writes checkpoint storage with a real Flink.

            Generate --out DIR --scenario NAME [OPTION...]

              --out DIR          where checkpoints go, or the savepoint of a savepoint scenario; a path, or a URI of another store
              --scenario NAME    what to write, see below
              --checkpoints N    checkpoints that each job makes and retains (3)
              --keys N           keys of the job (100)
              --cold-bytes N     bytes per key that are written once and never again (64)
              --conf NAME=VALUE;...    options of Flink, as for a store

            The restorer needs the same --keys and --cold-bytes. Prints the jobs and what they made.

            Scenarios:
            """ + Scenario.list();

    private Generate() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "out", "scenario", "checkpoints", "keys", "cold-bytes", "conf");
            Scenario scenario = Scenario.of(arguments.get("scenario"));
            JobSpec spec = scenario.spec(arguments.number("keys", 100), arguments.number("cold-bytes", 64));
            for (JobRun.Result result : generate(arguments, scenario, spec)) {
                System.out.println("job " + result.job());
                result.snapshots().forEach(snapshot -> System.out.println("snapshot " + snapshot));
            }
        });
    }

    private static List<JobRun.Result> generate(Arguments arguments, Scenario scenario, JobSpec spec) throws Exception {
        String out = arguments.get("out");
        int checkpoints = arguments.number("checkpoints", 3);
        Map<String, String> options = Stores.options(arguments.get("conf", ""));
        if (!Stores.isUri(out) && options.isEmpty()) {
            return Storage.generate(scenario, spec, Path.of(out), checkpoints);
        }
        if (scenario.isSavepoint()) {
            throw new Arguments.WrongUsage("savepoints go to a local path only");
        }
        return Storage.generate(scenario, spec, Stores.uri(out), checkpoints, options);
    }
}
