// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;

/** State of a type that is no POJO, so that Flink has Kryo write it. */
public final class KryoValue {
    private final String name;
    private final List<Long> counts;

    KryoValue(int key, long count0, long count1) {
        name = "key " + key;
        counts = new ArrayList<>(List.of(count0, count1, 31 * count0 + count1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KryoValue value && name.equals(value.name) && counts.equals(value.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + counts;
    }
}
