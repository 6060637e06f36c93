// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;

/** Stores that Flink writes to: local directories, HDFS, and buckets by one of its plugins. */
final class Stores {
    private Stores() {}

    /** The URI of a directory, given as a URI or as a local path. */
    static String uri(String directory) {
        return isUri(directory) ? directory : "file://" + Path.of(directory).toAbsolutePath();
    }

    static boolean isUri(String directory) {
        return directory.matches("[a-z0-9]+:/.*");
    }

    /** Options of Flink on a command line: {@code s3.endpoint=http://127.0.0.1:9000;s3.path.style.access=true}. */
    static Map<String, String> options(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : text.isEmpty() ? new String[0] : text.split(";")) {
            String[] words = option.split("=", 2);
            if (words.length != 2) {
                throw new Arguments.WrongUsage("not an option of Flink: '" + option + "'");
            }
            options.put(words[0], words[1]);
        }
        return options;
    }

    /**
     * Lets this JVM use the stores: the plugins in the directory that {@code FLINK_PLUGINS_DIR} names, with these options. Flink's own
     * processes do this when they start, a cluster in a JVM does not.
     */
    static void open(Configuration configuration, Map<String, String> options) throws Exception {
        if (options.isEmpty() && System.getenv("FLINK_PLUGINS_DIR") == null) {
            return;
        }
        Object plugins = Reflect.callStatic(Class.forName("org.apache.flink.core.plugin.PluginUtils"),
                "createPluginManagerFromRootFolder", configuration);
        FileSystem.class.getMethod("initialize", Configuration.class, Class.forName("org.apache.flink.core.plugin.PluginManager"))
                .invoke(null, configuration, plugins);
    }
}
