// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Runs one version's column of the matrix. */
public final class Matrix {
    private static final String USAGE = """
            Finds out which snapshots, copied out of a mount, this version of Flink restores.

            Matrix --results FILE [OPTION...]

              --results FILE     where outcomes go, one line per cell; those that it has are not found out again
              --kinds A,B,...    (all)
              --claims A,B,...   claim modes (all that this version has)
              --again yes        also what the file has
              --list yes         only print the kinds, their first version of Flink, and what they are

            Upgrades:
              --write DIR --restored-by VERSION    only make copies, one per kind
              --read DIR --written-by VERSION      restore such copies

            The environment variable CHECKPOINTFS tells where the program is. Exit code 1 if an outcome was not as expected.
            """;

    private final Results results;
    private final List<String> claims;
    private final boolean again;
    private final String writtenBy;
    private final String restoredBy;

    /** Where copies of upgrades are, or go. */
    private final String upgrades;

    private final List<String> unexpected = new ArrayList<>();
    private final long started = System.currentTimeMillis();
    private int total;
    private int done;

    private Matrix(Arguments arguments) throws IOException {
        results = new Results(Path.of(arguments.get("results")));
        String only = arguments.get("claims", "");
        again = arguments.get("again", "no").equals("yes");
        writtenBy = arguments.get("written-by", FlinkVersion.text());
        restoredBy = arguments.get("restored-by", FlinkVersion.text());
        List<String> all = ClaimMode.of(restoredBy);
        claims = only.isEmpty() || all.contains(ClaimMode.NONE) ? all : List.of(only.split(","));
        upgrades = arguments.get("read", arguments.get("write", ""));
    }

    public static void main(String[] args) {
        Arguments.main(args, USAGE, () -> {
            Arguments arguments = new Arguments(args, "results", "kinds", "claims", "again", "list", "write", "restored-by", "read",
                    "written-by");
            if (arguments.get("list", "no").equals("yes")) {
                for (Kind kind : Kind.values()) {
                    System.out.println(String.join("\t", kind.label(), kind.since, kind.description));
                }
                return;
            }
            Program.checkpointfs();
            String only = arguments.get("kinds", "");
            List<Kind> kinds = only.isEmpty() ? List.of(Kind.values()) : Arrays.stream(only.split(",")).map(Kind::of).toList();
            new Matrix(arguments).run(kinds);
        });
    }

    /** Kinds that are written alike have one storage in common. */
    private void run(List<Kind> kinds) throws Exception {
        Map<Scenario, List<Cell>> written = new EnumMap<>(Scenario.class);
        for (Kind kind : kinds) {
            List<Cell> cells = cells(kind);
            total += cells.size();
            if (!cells.isEmpty()) {
                written.computeIfAbsent(kind.written, scenario -> new ArrayList<>()).addAll(cells);
            }
        }
        for (Map.Entry<Scenario, List<Cell>> entry : written.entrySet()) {
            Path work = Files.createTempDirectory("matrix");
            try {
                run(entry.getKey(), entry.getValue(), work);
            } finally {
                Storage.delete(work);
            }
        }
        if (!unexpected.isEmpty()) {
            throw new IllegalStateException("not as expected:\n  " + String.join("\n  ", unexpected));
        }
    }

    /** What is to be found out. The absolute form is of interest where the owned one is not possible. */
    private List<Cell> cells(Kind kind) {
        List<Cell> cells = new ArrayList<>();
        if (FlinkVersion.atLeast(kind.since)) {
            for (String claim : claims) {
                Cell owned = cell(kind, Cell.Form.OWNED, claim);
                cells.add(owned);
                if (Impossible.of(owned) != null) {
                    cells.add(cell(kind, Cell.Form.ABSOLUTE, claim));
                }
            }
        }
        cells.removeIf(cell -> !again && results.has(cell.key()));
        return cells;
    }

    private Cell cell(Kind kind, Cell.Form form, String claim) {
        return new Cell(writtenBy, restoredBy, kind, form, claim);
    }

    private void run(Scenario scenario, List<Cell> cells, Path work) throws Exception {
        JobSpec spec = MovedStorage.spec(scenario);
        if (writtenBy.equals(restoredBy)) {
            MovedStorage moved;
            try {
                moved = move(scenario, cells, spec, work);
            } catch (Exception e) {
                for (Cell cell : cells) {
                    record(cell, Results.failed("no copy: " + new StackTrace(e).last()), e);
                }
                return;
            }
            for (Cell cell : cells) {
                restore(cell, spec, moved.copy(label(cell)), work);
            }
            return;
        }
        if (!FlinkVersion.isAtLeast(writtenBy, "1.12")) {
            spec.with(JobSpec.Feature.LEGACY_SOURCE);
        }
        Path copies = Path.of(upgrades, scenario.label());
        if (restoredBy.equals(FlinkVersion.text())) {
            for (Cell cell : cells) {
                Path copy = work.resolve(label(cell));
                Program.run("cp", "-r", copies, copy);
                restore(cell, spec, copy, work);
            }
        } else {
            Program.run("mkdir", "-p", copies.getParent());
            Program.run("mv", move(scenario, cells.subList(0, 1), spec, work).copy(label(cells.get(0))), copies);
        }
    }

    private static MovedStorage move(Scenario scenario, List<Cell> cells, JobSpec spec, Path work) throws Exception {
        MovedStorage moved = new MovedStorage(scenario, spec, work);
        new Contents(scenario, moved.original).check();
        moved.compareState(scenario);
        moved.copyOut(cells.stream().filter(cell -> cell.form() == Cell.Form.OWNED).map(Matrix::label).toList());
        for (Cell cell : cells) {
            if (cell.form() == Cell.Form.ABSOLUTE) {
                moved.copyOut(List.of(label(cell)), "absolute=file://" + MovedStorage.copiesOf(work, label(cell)));
            }
        }
        moved.deleteOriginal();
        return moved;
    }

    private static String label(Cell cell) {
        return cell.kind().label() + "-" + cell.form() + "-" + cell.claim();
    }

    private void restore(Cell cell, JobSpec spec, Path copy, Path work) throws IOException {
        Path out = Files.createDirectory(work.resolve("out-" + label(cell)));
        Impossible expected = Impossible.of(cell);
        String next = null;
        try {
            next = restore(cell, spec, copy.toUri().toString(), out);
            restore(cell, spec, next, out);
        } catch (Exception e) {
            boolean again = next != null;
            String cause = expected == null ? null : expected.causeOf(e, again);
            String failed = (again ? "restored, but not again: " : "") + new StackTrace(e).last();
            record(cell, cause == null ? Results.failed(failed) : Results.impossible(cause), e);
            return;
        }
        record(cell, expected == null ? Results.RESTORED : Results.failed("restored, instead of: " + expected.exception()), null);
    }

    /** Restores, verifies all state, makes three checkpoints, of which Flink keeps two. Returns the newest. */
    private static String restore(Cell cell, JobSpec spec, String snapshot, Path out) throws Exception {
        return new JobRun(cell.kind().restored, spec, out)
                .restore(snapshot, cell.claim())
                .parallelism(cell.kind().parallelism)
                .checkpoints(3)
                .retained(2)
                .run()
                .newest();
    }

    private void record(Cell cell, String outcome, Exception failure) throws IOException {
        results.add(cell.key(), outcome);
        done++;
        long seconds = (System.currentTimeMillis() - started) / 1000;
        System.out.printf("[%d/%d, %d s, %d s to go] %s: %s%n", done, total, seconds, seconds * (total - done) / done, cell, outcome);
        if (outcome.startsWith(Results.FAILED)) {
            unexpected.add(cell + ": " + outcome);
            if (failure != null) {
                failure.printStackTrace();
            }
        }
    }
}
