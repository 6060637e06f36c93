// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The lines that {@code checkpointfs state} prints of a snapshot beside those that Flink's own backend finds in it. */
final class StateComparison {
    private static final int SHOWN = 20;

    /** Others follow. */
    private static final int POSITION_COLUMNS = 8;

    /** Flink's, sorted. */
    final List<String> expected;

    private final List<String> found;
    private final List<String> missing;
    private final List<String> wrong;

    private StateComparison(List<String> expected, List<String> found) {
        this.expected = expected;
        this.found = found;
        Set<String> flink = new HashSet<>(expected);
        Set<String> ours = new HashSet<>(found);
        missing = expected.stream().filter(line -> !ours.contains(line)).toList();
        wrong = found.stream().filter(line -> !flink.contains(line)).toList();
    }

    static StateComparison of(Path snapshot, RestoredBackends.Type backend) throws Exception {
        return of(snapshot, backend, null);
    }

    /** @param logKey as in {@link StateOracle#lines} */
    static StateComparison of(Path snapshot, RestoredBackends.Type backend, TypeSerializer<?> logKey) throws Exception {
        return new StateComparison(StateOracle.lines(snapshot, backend, logKey), printed(snapshot));
    }

    /** What the command prints for each operator, sorted. It must answer for the positions of sources, too. */
    private static List<String> printed(Path snapshot) throws Exception {
        Set<String> operators = new LinkedHashSet<>();
        Program.run(Program.checkpointfs(), "state", snapshot).lines().skip(1).forEach(line -> operators.add(line.split("\t", -1)[1]));
        List<String> lines = new ArrayList<>();
        for (String operator : operators) {
            Program.run(Program.checkpointfs(), "state", snapshot, operator).lines().forEach(lines::add);
        }
        lines.sort(null);
        positions(snapshot);
        return lines;
    }

    /** What {@code positions} prints: operator, connector, topic, partition, offset, stopping offset, subtask, place; sorted. */
    static List<String> positions(Path snapshot) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line : Program.run(Program.checkpointfs(), "positions", "--quiet", snapshot).lines().skip(1).toList()) {
            lines.add(String.join("\t", List.of(line.split("\t", -1)).subList(0, POSITION_COLUMNS)));
        }
        lines.sort(null);
        return lines;
    }

    boolean isEqual() {
        return expected.equals(found);
    }

    /** How many of Flink's lines contain this text. */
    long count(String text) {
        return expected.stream().filter(line -> line.contains(text)).count();
    }

    /** How many states have lines. */
    long states() {
        return expected.stream().map(line -> line.substring(0, line.indexOf("\",", line.indexOf("\",\"state\":\"") + 10))).distinct().count();
    }

    /** Lines that differ, some of them; only of use if not all are equal. */
    String difference() {
        if (missing.isEmpty() && wrong.isEmpty()) {
            return "each line is there, but not as many times as Flink finds it";
        }
        return missing.size() + " of " + expected.size() + " lines are missing, " + wrong.size() + " are wrong:\n" + sample(missing, "-")
                + sample(wrong, "+");
    }

    private static String sample(List<String> lines, String mark) {
        StringBuilder out = new StringBuilder();
        lines.stream().limit(SHOWN).forEach(line -> out.append(mark).append(' ').append(line).append('\n'));
        return out.toString();
    }
}
