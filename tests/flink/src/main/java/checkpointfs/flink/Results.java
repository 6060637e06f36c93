// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A results file: a line per cell, its key and the outcome. A later line counts more than an earlier one. */
final class Results {
    static final String RESTORED = "restored";
    static final String FAILED = "failed: ";

    private final Path file;
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    Results(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int tab = line.lastIndexOf('\t');
                outcomes.put(line.substring(0, tab), line.substring(tab + 1));
            }
        }
    }

    /** Whether the cell has an outcome that was expected. */
    boolean has(String key) {
        String outcome = outcomes.get(key);
        return outcome != null && !outcome.startsWith(FAILED);
    }

    /** Writes a line at once, so that nothing is lost when the run is interrupted. */
    void add(String key, String outcome) throws IOException {
        outcomes.put(key, outcome);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, List.of(key + "\t" + outcome), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    static String failed(String why) {
        return FAILED + why;
    }

    static String impossible(String exception) {
        return "not possible: " + exception;
    }
}
