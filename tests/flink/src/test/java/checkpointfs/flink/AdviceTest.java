// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;
import org.apache.flink.client.cli.CliFrontendParser;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code show --restore-advice} prints, read by Flink's own command line. */
class AdviceTest {
    private static final Pattern COMMAND = Pattern.compile("  flink run (.*) \\.\\.\\.");

    @Test
    void flinkTakesTheCommandsAsTheyArePrinted(@TempDir Path work) throws Exception {
        Path storage = work.resolve("storage");
        Scenario scenario = Scenario.ROCKSDB_INCREMENTAL;
        String newest = Storage.generate(scenario, MovedStorage.spec(scenario), storage, 1).get(0).newest();
        String advice = Program.run(Program.checkpointfs(), "show", "--index", work.resolve("index"), "--source", storage,
                "--restore-advice", "--copy", "file:///backup/chk-1", MovedStorage.localPath(newest));
        List<String> modes = new ArrayList<>();
        for (Matcher command = COMMAND.matcher(advice); command.find(); ) {
            List<String> words = new ArrayList<>(Arrays.asList(command.group(1).split(" ")));
            words.add("job.jar");
            CommandLine parsed = CliFrontendParser.parse(
                    CliFrontendParser.getRunCommandOptions(), words.toArray(new String[0]), false);
            assertEquals(List.of("job.jar"), parsed.getArgList());
            SavepointRestoreSettings settings = CliFrontendParser.createSavepointRestoreSettings(parsed);
            assertEquals("file:///backup/chk-1", settings.getRestorePath());
            modes.add(modeOf(settings));
        }
        assertEquals(ClaimMode.all().stream().sorted().toList(), modes.stream().sorted().toList(), advice);
    }

    /** The getter has another name in 1.x than in 2.x. */
    private static String modeOf(SavepointRestoreSettings settings) {
        Configuration configuration = new Configuration();
        SavepointRestoreSettings.toConfiguration(settings, configuration);
        return configuration.toMap().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("-mode"))
                .map(Map.Entry::getValue)
                .findAny()
                .orElse("none");
    }
}
