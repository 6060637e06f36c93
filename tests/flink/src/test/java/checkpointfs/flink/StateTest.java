// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
        return Arrays.stream(StateScenario.values()).filter(scenario -> scenario.leftOut() == null);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void everyEntryIsWhatFlinkFinds(StateScenario scenario, @TempDir Path work) throws Exception {
        Set<StateJob.Part> parts = scenario.parts();
        StateJob.Spec spec = new StateJob.Spec(parts, USERS, 2, scenario.maxParallelism(), scenario.isCompressed());
        Path snapshot = StateRun.run(scenario, spec, EVENTS, work);
        StateComparison comparison = StateComparison.of(snapshot, scenario.oracle);
        checkOracle(comparison.expected, parts);
        assertTrue(comparison.isEqual(), comparison::difference);
    }

    /** An oracle that finds nothing would be content with anything. */
    private static void checkOracle(List<String> lines, Set<StateJob.Part> parts) {
        if (parts.contains(StateJob.Part.LEGACY_KAFKA)) {
            // Values of Kryo, so that they are bytes here; PositionsTest has the offsets.
            assertTrue(lines.stream().anyMatch(line -> line.contains("\"state\":\"topic-partition-offset-states\",")), "offsets");
            return;
        }
        if (parts.contains(StateJob.Part.SQL)) {
            assertTrue(lines.size() > EVENTS, "entries of SQL: " + lines.size());
        } else {
            long values = parts.contains(StateJob.Part.ASYNC) ? count(lines, "async", "value") : count(lines, "objects", "order");
            assertEquals(USERS, values, "values, one of each key");
        }
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
}
