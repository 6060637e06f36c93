// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;

/** Generates the storage of a scenario. */
public final class Storage {
    private Storage() {}

    /**
     * Runs the jobs of a scenario. Checkpoints go to {@code out}; of a savepoint scenario only the savepoint.
     *
     * @param checkpoints that each job makes, and retains
     * @return one result per job
     */
    public static List<JobRun.Result> generate(Scenario scenario, JobSpec spec, Path out, int checkpoints) throws Exception {
        Files.createDirectories(out);
        if (scenario.isSavepoint()) {
            return List.of(generateSavepoint(scenario, spec, out));
        }
        return generate(scenario, spec, Stores.uri(out.toString()), checkpoints, Map.of());
    }

    /**
     * The same in any store that Flink can write to; not for savepoint scenarios.
     *
     * @param out the URI of a directory
     * @param options of Flink, besides those of the scenario
     */
    static List<JobRun.Result> generate(Scenario scenario, JobSpec spec, String out, int checkpoints, Map<String, String> options)
            throws Exception {
        List<JobRun.Result> results = new ArrayList<>();
        for (int i = 0; i < scenario.jobs(); i++) {
            JobRun run = new JobRun(scenario, spec, out, options).job(jobId(scenario, i)).checkpoints(checkpoints);
            if (i > 0) {
                run.restore(results.get(i - 1).newest(), ClaimMode.all().contains("CLAIM") ? "CLAIM" : ClaimMode.NONE);
            }
            // What a job claims it deletes once it has made as many checkpoints as it retains: retain more than that.
            results.add(run.retained(checkpoints + 1).run());
        }
        return results;
    }

    private static JobRun.Result generateSavepoint(Scenario scenario, JobSpec spec, Path out) throws Exception {
        Path checkpoints = Files.createTempDirectory("checkpoints");
        try {
            JobRun.Result result = new JobRun(scenario, spec, checkpoints).job(jobId(scenario, 0)).checkpoints(2).savepoints(out).run();
            return new JobRun.Result(result.job(), List.of(result.newest()));
        } finally {
            delete(checkpoints);
        }
    }

    /** The same in each generation, so that people and tests can name a job. */
    static JobID jobId(Scenario scenario, int index) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("MD5");
        return new JobID(digest.digest((scenario.label() + "/" + index).getBytes(StandardCharsets.UTF_8)));
    }

    /** Deletes a tree; does not follow symbolic links. */
    public static void delete(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
