// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/** Flink's claim modes by name. The enum has had three names, and LEGACY is to be removed. */
public final class ClaimMode {
    /** Of versions that know no claim modes: they never delete what they were restored from, and go on with its files. */
    public static final String NONE = "none";

    private ClaimMode() {}

    /** All that this version of Flink has. */
    public static List<String> all() {
        if (!FlinkVersion.atLeast("1.15")) {
            return of(FlinkVersion.text());
        }
        List<String> modes = new ArrayList<>();
        for (Object mode : type().getEnumConstants()) {
            modes.add(((Enum<?>) mode).name());
        }
        return modes;
    }

    /** All that a version has. */
    static List<String> of(String version) {
        return FlinkVersion.isAtLeast(version, "1.15") ? List.of("CLAIM", "NO_CLAIM", "LEGACY") : List.of(NONE);
    }

    static SavepointRestoreSettings settings(String snapshot, String mode) throws Exception {
        if (mode.equals(NONE)) {
            return SavepointRestoreSettings.forPath(snapshot, false);
        }
        Object value = Reflect.callStatic(type(), "valueOf", mode);
        return (SavepointRestoreSettings) Reflect.callStatic(SavepointRestoreSettings.class, "forPath", snapshot, false, value);
    }

    private static Class<?> type() {
        for (String name : List.of("core.execution.RecoveryClaimMode", "core.execution.RestoreMode", "runtime.jobgraph.RestoreMode")) {
            try {
                return Class.forName("org.apache.flink." + name);
            } catch (ClassNotFoundException e) {
                // another name
            }
        }
        throw new IllegalStateException("Flink " + FlinkVersion.text() + " has no claim modes");
    }
}
