// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The restorer: verifies that a snapshot is good, and that a job can go on from it. */
public final class Restore {
    private static final String USAGE = """
            Restores a snapshot that the generator's job has made, verifies all of its state, goes on, and makes new checkpoints.

            Restore --snapshot PATH --out DIR [OPTION...]

              --snapshot PATH    a directory with a _metadata, as a path or URI; {claim} in it stands for the claim mode
              --out DIR          where the new checkpoints go, as a path or URI
              --claim MODE,...   NO_CLAIM, CLAIM or LEGACY (NO_CLAIM); "all" for each that this Flink has
              --scenario NAME    run with the options of this scenario (rocksdb-incremental)
              --checkpoints N    checkpoints to make (3)
              --retained N       how many of them Flink keeps (2)
              --keys N, --cold-bytes N   as given to the generator (100, 64)
              --again yes        restore the newest of these checkpoints, too
              --conf NAME=VALUE;...      options of Flink, as for a store

            Prints a line for each claim mode, then the newest checkpoint. Exit code 1, and a message with VERIFY: in it, if anything was
            not as it was.
            """;

    private final Scenario scenario;
    private final JobSpec spec;
    private final Arguments arguments;
    private final Map<String, String> options;

    private Restore(Arguments arguments) {
        this.arguments = arguments;
        scenario = Scenario.of(arguments.get("scenario", "rocksdb-incremental"));
        spec = scenario.spec(arguments.number("keys", 100), arguments.number("cold-bytes", 64));
        options = Stores.options(arguments.get("conf", ""));
    }

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> new Restore(new Arguments(args, "snapshot", "out", "claim", "scenario", "checkpoints",
                "retained", "keys", "cold-bytes", "again", "conf")).run());
    }

    private void run() throws Exception {
        String wanted = arguments.get("claim", "NO_CLAIM");
        List<String> claims = wanted.equals("all") ? ClaimMode.all() : List.of(wanted.split(","));
        List<Exception> failures = new ArrayList<>();
        for (String claim : claims) {
            if (!ClaimMode.all().contains(claim)) {
                throw new Arguments.WrongUsage("this Flink has the claim modes " + ClaimMode.all() + ", not '" + claim + "'");
            }
            try {
                JobRun.Result result = restore(arguments.get("snapshot").replace("{claim}", claim), claim);
                if (arguments.get("again", "no").equals("yes")) {
                    result = restore(result.newest(), claim);
                }
                System.out.println("restored " + claim);
                System.out.println("job " + result.job());
                System.out.println("newest " + result.newest());
            } catch (Exception e) {
                System.out.println("failed " + claim);
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            Exception first = failures.remove(0);
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    private JobRun.Result restore(String snapshot, String claim) throws Exception {
        return new JobRun(scenario, spec, Stores.uri(arguments.get("out")), options)
                .restore(snapshot, claim)
                .checkpoints(arguments.number("checkpoints", 3))
                .retained(arguments.number("retained", 2))
                .run();
    }
}
