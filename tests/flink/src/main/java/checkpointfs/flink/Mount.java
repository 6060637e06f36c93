// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A mounted storage. Closing it unmounts, by force if need be; so does the end of the JVM, should it come first. */
final class Mount implements AutoCloseable {
    final Path directory;

    private final Thread atExit = new Thread(this::detachAtExit);

    /**
     * @param work an existing directory for the mount point and the index
     * @param options each passed with {@code -o}
     */
    Mount(Path source, Path work, String... options) throws Exception {
        directory = Files.createDirectories(work.resolve("mnt"));
        List<Object> command = new ArrayList<>(List.of(Program.checkpointfs(), "mount"));
        for (String option : options) {
            command.addAll(List.of("-o", option));
        }
        command.addAll(List.of("--index", work.resolve("index.sqlite"), source, directory));
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            Program.run(command.toArray());
        } catch (Throwable e) {
            detach();
            throw e;
        }
    }

    @Override
    public void close() throws Exception {
        try {
            Program.run(Program.checkpointfs(), "umount", directory);
            if (isMounted()) {
                throw new IOException("checkpointfs umount has left " + directory + " mounted");
            }
        } finally {
            detach();
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }

    /** No test may leave a mount behind, whatever has failed. */
    private void detach() throws Exception {
        if (isMounted()) {
            Program.run("fusermount3", "-u", "-z", directory);
        }
    }

    private void detachAtExit() {
        try {
            detach();
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    private boolean isMounted() throws IOException {
        String point = " " + directory.toAbsolutePath() + " ";
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream().anyMatch(line -> line.contains(point));
    }
}
