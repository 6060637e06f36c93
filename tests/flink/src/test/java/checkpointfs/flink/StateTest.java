// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code checkpointfs state} prints of each state what Flink's own backend finds in it, entry by entry, and nothing else. */
class StateTest {
    private static final int USERS = 150;
    private static final int EVENTS = 450;

    /** The states that may have values that cannot be read. */
    private static final Pattern OPAQUE = Pattern.compile("\"state\":\"(receipt|receipt-tuple|kryo-list|kryo-map|circle)\",");

    static Stream<StateScenario> scenarios() {
        return Arrays.stream(StateScenario.values()).filter(scenario -> FlinkVersion.atLeast(scenario.since));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyEntryIsWhatFlinkFinds(StateScenario scenario, @TempDir Path work) throws Exception {
        Set<StateJob.Part> parts = scenario.parts();
        StateJob.Spec spec = new StateJob.Spec(parts, USERS, 2, scenario.maxParallelism(), scenario.isCompressed());
        Path snapshot = StateRun.run(scenario, spec, EVENTS, work);
        List<String> expected = StateOracle.lines(snapshot, scenario.oracle);
        checkOracle(expected, parts);
        compare(expected, printed(snapshot, expected));
    }

    /** An oracle that finds nothing would be content with anything. */
    private static void checkOracle(List<String> lines, Set<StateJob.Part> parts) {
        long values = parts.contains(StateJob.Part.ASYNC) ? count(lines, "async", "value") : count(lines, "objects", "order");
        assertEquals(USERS, values, "values, one of each key");
        long opaque = lines.stream().filter(line -> line.contains(",\"opaque\":")).count();
        if (!parts.contains(StateJob.Part.OPAQUE)) {
            assertEquals(0, opaque, "values that cannot be read");
            return;
        }
        // All of two states; of the others collections of Kryo 5, and a subclass where the snapshot does not describe it.
        String kryo = ",\"opaque\":\"Kryo<" + KryoValue.class.getName() + ">\"}";
        assertEquals(2 * USERS, lines.stream().filter(line -> line.endsWith(kryo)).count(), "values of Kryo");
        for (String line : lines) {
            assertTrue(!line.contains(",\"opaque\":") || OPAQUE.matcher(line).find(), line);
        }
    }

    private static long count(List<String> lines, String operator, String state) {
        String inOldSnapshots = "\",\"state\":\"" + state + "\",";
        String head = FlinkVersion.atLeast("2.0") ? "{\"operator\":\"" + operator + inOldSnapshots : inOldSnapshots;
        return lines.stream().filter(line -> line.contains(head)).count();
    }

    /** What the command prints for each operator. */
    private static List<String> printed(Path snapshot, List<String> expected) throws Exception {
        Set<String> operators = new TreeSet<>();
        for (String line : expected) {
            operators.add(line.substring("{\"operator\":\"".length(), line.indexOf("\",\"state\"")));
        }
        List<String> lines = new ArrayList<>();
        for (String operator : operators) {
            lines.addAll(Program.run(Program.checkpointfs(), "state", snapshot, operator).lines().toList());
        }
        lines.sort(null);
        return lines;
    }

    private static void compare(List<String> expected, List<String> found) {
        Set<String> flink = new HashSet<>(expected);
        Set<String> ours = new HashSet<>(found);
        List<String> missing = expected.stream().filter(line -> !ours.contains(line)).toList();
        List<String> wrong = found.stream().filter(line -> !flink.contains(line)).toList();
        assertTrue(missing.isEmpty() && wrong.isEmpty(), () -> missing.size() + " of " + expected.size() + " lines are missing, "
                + wrong.size() + " are wrong:\n" + sample(missing, "-") + sample(wrong, "+"));
        assertEquals(expected, found, "the number of times that a line is printed");
    }

    private static String sample(List<String> lines, String mark) {
        StringBuilder out = new StringBuilder();
        lines.stream().limit(20).forEach(line -> out.append(mark).append(' ').append(line).append('\n'));
        return out.toString();
    }
}
