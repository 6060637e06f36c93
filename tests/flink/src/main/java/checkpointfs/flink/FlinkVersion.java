// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.runtime.util.EnvironmentInformation;

/** The version of Flink that runs. */
public final class FlinkVersion {
    private static final String VERSION = EnvironmentInformation.getVersion();

    private FlinkVersion() {}

    /** As {@code 1.20.5}. */
    public static String text() {
        return VERSION;
    }

    /** Whether it is at least this one, given as {@code 1.15}. */
    public static boolean atLeast(String minor) {
        return isAtLeast(VERSION, minor);
    }

    /** The same for another version. */
    public static boolean isAtLeast(String version, String minor) {
        return number(version) >= number(minor);
    }

    /** Major and minor version as one number. */
    private static int number(String version) {
        String[] parts = version.split("[.]");
        return Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
    }
}
