// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;

/** The restorer: verifies that a snapshot is good, and that a job can go on from it. */
public final class Restore {
    private static final String USAGE = """
            Restores a snapshot that the generator's job has made, verifies all of its state, goes on, and makes new checkpoints.

            Restore --snapshot PATH --out DIR [OPTION...]

              --snapshot PATH    a directory with a _metadata, as a path or URI
              --out DIR          where the new checkpoints go
              --claim MODE       NO_CLAIM, CLAIM or LEGACY (NO_CLAIM)
              --scenario NAME    run with the options of this scenario (rocksdb-incremental)
              --checkpoints N    checkpoints to make (3)
              --retained N       how many of them Flink keeps (2)
              --keys N, --cold-bytes N   as given to the generator (100, 64)

            The last line tells the newest checkpoint. Exit code 1, and a message with VERIFY: in it, if anything was not as it was.
            """;

    private Restore() {}

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments =
                    new Arguments(args, "snapshot", "out", "claim", "scenario", "checkpoints", "retained", "keys", "cold-bytes");
            Scenario scenario = Scenario.of(arguments.get("scenario", "rocksdb-incremental"));
            JobSpec spec = scenario.spec(arguments.number("keys", 100), arguments.number("cold-bytes", 64));
            String claim = arguments.get("claim", "NO_CLAIM");
            if (!ClaimMode.all().contains(claim)) {
                throw new Arguments.WrongUsage("this Flink has the claim modes " + ClaimMode.all() + ", not '" + claim + "'");
            }
            JobRun.Result result = new JobRun(scenario, spec, Path.of(arguments.get("out")))
                    .restore(arguments.get("snapshot"), claim)
                    .checkpoints(arguments.number("checkpoints", 3))
                    .retained(arguments.number("retained", 2))
                    .run();
            System.out.println("job " + result.job());
            System.out.println("newest " + result.newest());
        });
    }
}
