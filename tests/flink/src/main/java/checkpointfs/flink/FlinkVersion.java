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

    /** Major and minor version, {@code 1.20}. */
    public static String minor() {
        return VERSION.substring(0, VERSION.indexOf('.', VERSION.indexOf('.') + 1));
    }

    /** Whether it is at least this one, given as {@code 1.15}. */
    public static boolean atLeast(String version) {
        return number(minor()) >= number(version);
    }

    private static int number(String version) {
        int dot = version.indexOf('.');
        return Integer.parseInt(version.substring(0, dot)) * 1000 + Integer.parseInt(version.substring(dot + 1));
    }
}
