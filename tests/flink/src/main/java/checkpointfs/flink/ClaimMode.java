// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;

/** Flink's claim modes by name. The enum has another name in 1.x than in 2.x, and LEGACY is to be removed. */
public final class ClaimMode {
    private ClaimMode() {}

    /** All that this version of Flink has. */
    public static List<String> all() {
        for (String name : List.of("RecoveryClaimMode", "RestoreMode")) {
            try {
                List<String> modes = new ArrayList<>();
                for (Object mode : Class.forName("org.apache.flink.core.execution." + name).getEnumConstants()) {
                    modes.add(((Enum<?>) mode).name());
                }
                return modes;
            } catch (ClassNotFoundException e) {
                // the other name
            }
        }
        throw new IllegalStateException("this version of Flink has no claim modes");
    }
}
