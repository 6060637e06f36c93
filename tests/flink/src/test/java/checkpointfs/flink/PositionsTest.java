// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code checkpointfs positions} prints of Kafka's sources what the connector's own serializers find in their state. */
class PositionsTest {
    @ParameterizedTest
    @EnumSource(names = {"HEAP", "HEAP_CANONICAL_SAVEPOINT", "ROCKSDB_INCREMENTAL", "ROCKSDB_FILE_MERGING"})
    void areThoseOfTheConnector(StateScenario scenario, @TempDir Path work) throws Exception {
        StateJob.Spec spec = new StateJob.Spec(EnumSet.of(StateJob.Part.KAFKA), 10, 2, 128, scenario.isCompressed());
        Path snapshot = StateRun.run(scenario, spec, 10, work);
        List<String> all = GenerateState.positions(snapshot);
        assertTrue(all.size() > 40, "positions: " + all);
        // A partition that a reader has is not printed a second time, as assigned by the enumerator.
        List<String> expected = all.stream().filter(line -> !line.endsWith("\tassigned")).toList();
        for (String line : all.stream().filter(position -> position.endsWith("\tassigned")).toList()) {
            String partition = line.replaceFirst("\t*assigned$", "\t");
            assertTrue(expected.stream().anyMatch(position -> position.startsWith(partition)), "no reader has " + line);
        }
        assertEquals(String.join("\n", expected), String.join("\n", StateComparison.positions(snapshot)));
    }
}
