// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Compares what {@code checkpointfs state} prints with what this version of Flink finds, in each form of state that it has. */
public final class CompareState {
    private static final String USAGE = """
            Writes snapshots with this version of Flink, and compares each entry of their state as checkpointfs state prints it with what
            Flink's own backend finds.

            CompareState --results FILE [OPTION...]

              --results FILE     where outcomes go, one line per scenario; those that it has are not found out again
              --scenarios A,B    (all)
              --again yes        also what the file has
              --list yes         only print the jobs and their scenarios

            The environment variable CHECKPOINTFS tells where the program is. Exit code 1 if an entry differs, or if there is none.
            """;

    private static final int USERS = 60;
    private static final int EVENTS = 180;

    private final Results results;
    private final List<String> failed = new ArrayList<>();
    private final long started = System.currentTimeMillis();
    private int total;
    private int done;

    private CompareState(Path results) throws IOException {
        this.results = new Results(results);
    }

    private interface Comparison {
        /** The outcome. */
        String run(Path work) throws Exception;
    }

    /**
     * A row of the table.
     *
     * @param job with all kinds and types of state, or the verifying one
     * @param leftOut why this version has no such snapshot, or null
     */
    private record Row(String job, String scenario, String leftOut, Comparison comparison) {
        String key() {
            return String.join("\t", FlinkVersion.text(), job, scenario);
        }
    }

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "results", "scenarios", "again", "list");
            if (arguments.get("list", "no").equals("yes")) {
                rows().forEach(row -> System.out.println(row.job + "\t" + row.scenario));
                return;
            }
            Program.checkpointfs();
            List<String> only = List.of(arguments.get("scenarios", "").split(","));
            boolean isAgain = arguments.get("again", "no").equals("yes");
            CompareState comparison = new CompareState(Path.of(arguments.get("results")));
            comparison.run(rows()
                    .filter(row -> only.contains("") || only.contains(row.scenario))
                    .filter(row -> isAgain || !comparison.results.has(row.key()))
                    .toList());
        });
    }

    private static Stream<Row> rows() {
        return Stream.concat(
                Arrays.stream(StateScenario.values())
                        .map(scenario -> new Row("with every type", scenario.label(), scenario.leftOut(), work -> everyType(scenario, work))),
                Arrays.stream(Scenario.values())
                        .map(scenario -> new Row("that verifies itself", scenario.label(), VerifyingState.leftOut(scenario),
                                work -> VerifyingState.compare(scenario, work))));
    }

    private void run(List<Row> rows) throws Exception {
        total = rows.size();
        for (Row row : rows) {
            String outcome;
            Path work = Files.createTempDirectory("state");
            try {
                outcome = row.leftOut == null ? row.comparison.run(work) : "left out: " + row.leftOut;
            } catch (Exception e) {
                outcome = Results.failed(new StackTrace(e).last());
                e.printStackTrace();
            } finally {
                Storage.delete(work);
            }
            record(row, outcome);
        }
        if (!failed.isEmpty()) {
            throw new IllegalStateException("not as Flink has it:\n  " + String.join("\n  ", failed));
        }
    }

    private void record(Row row, String outcome) throws IOException {
        results.add(row.key(), outcome);
        done++;
        long seconds = (System.currentTimeMillis() - started) / 1000;
        System.out.printf("[%d/%d, %d s, %d s to go] %s: %s%n", done, total, seconds, seconds * (total - done) / done,
                row.key().replace('\t', ' '), outcome);
        if (outcome.startsWith(Results.FAILED)) {
            failed.add(row.key().replace('\t', ' ') + ": " + outcome);
        }
    }

    private static String everyType(StateScenario scenario, Path work) throws Exception {
        StateJob.Spec spec = new StateJob.Spec(scenario.parts(), USERS, 2, scenario.maxParallelism(), scenario.isCompressed());
        Path snapshot = StateRun.run(scenario, spec, EVENTS, work);
        String outcome = outcome(List.of(snapshot), scenario.oracle, null);
        if (scenario == StateScenario.LEGACY_KAFKA) {
            List<String> expected = LegacyKafka.positions(snapshot);
            List<String> found = StateComparison.positions(snapshot);
            found.removeIf(line -> !line.contains("legacy kafka consumer"));
            if (expected.isEmpty() || !expected.equals(found)) {
                return Results.failed("positions " + found + " instead of " + expected);
            }
        }
        return Sample.absent().isEmpty() ? outcome : outcome + "; this Flink has no " + String.join(", ", Sample.absent());
    }

    /** @param logKey as in {@link StateOracle#lines} */
    static String outcome(List<Path> snapshots, RestoredBackends.Type backend, TypeSerializer<?> logKey) throws Exception {
        long rows = 0;
        long opaque = 0;
        long states = 0;
        for (Path snapshot : snapshots) {
            StateComparison comparison = StateComparison.of(snapshot, backend, logKey);
            if (!comparison.isEqual()) {
                System.err.println(comparison.difference());
                return Results.failed(comparison.difference().lines().findFirst().orElseThrow());
            }
            if (comparison.expected.isEmpty()) {
                return Results.failed("Flink finds no state in " + snapshot.getFileName());
            }
            rows += comparison.expected.size();
            opaque += comparison.count(",\"opaque\":");
            states = Math.max(states, comparison.states());
        }
        return rows + " equal, of " + states + " states" + (opaque == 0 ? "" : ", " + opaque + " of them as bytes");
    }
}
