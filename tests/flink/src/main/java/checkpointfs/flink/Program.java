// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs checkpointfs and other programs. */
final class Program {
    private static final long PATIENCE_S = 180;

    private Program() {}

    /** The checkpointfs binary. It is an error if there is none: tests that need it must not pass without it. */
    static Path checkpointfs() {
        String configured = System.getProperty("CHECKPOINTFS", "");
        if (configured.isEmpty()) {
            configured = System.getenv().getOrDefault("CHECKPOINTFS", "");
        }
        if (configured.isEmpty()) {
            throw new IllegalStateException("which checkpointfs? Set -Dcheckpointfs=PATH or the environment variable CHECKPOINTFS");
        }
        Path binary = Path.of(configured).toAbsolutePath();
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException("there is no program " + binary + "; build it, or set -Dcheckpointfs=PATH to where it is");
        }
        return binary;
    }

    /** Runs a command to its end; any other exit code than 0 is an error that tells what it printed, which is returned else. */
    static String run(Object... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        // Not a pipe: what stays in the background would keep it open.
        Path output = Files.createTempFile("output", ".txt");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(words + " has not ended after " + PATIENCE_S + " s: " + Files.readString(output));
            }
            if (process.exitValue() != 0) {
                throw new IOException(words + " ended with " + process.exitValue() + ": " + Files.readString(output));
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }
}
