// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * State that is written once per key and never again.
 *
 * <p>Each job of a chain of restores (a generation) writes a value state of its own name, {@code cold-0}, {@code cold-1}, ... RocksDB
 * keeps each in files that no compaction touches, so all later checkpoints, also of later jobs, go on referring to just these files.
 * Without it, files lost by a restore would be compacted away before anyone looks.
 */
final class ColdState {
    private final JobSpec spec;
    private final Evidence evidence;
    private final ListState<Integer> generationState;
    private final List<ValueState<byte[]>> states = new ArrayList<>();

    /** The number of restores between the first job and this one. */
    private final int generation;

    ColdState(JobSpec spec, Evidence evidence, FunctionInitializationContext context) throws Exception {
        this.spec = spec;
        this.evidence = evidence;
        generationState = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("generation", Types.INT));
        int last = -1;
        for (int written : generationState.get()) {
            last = Math.max(last, written);
        }
        if (evidence.restored != last >= 0) {
            throw evidence.wrong("generation of the job before is " + last);
        }
        generation = last + 1;
        for (int g = 0; g <= generation; g++) {
            states.add(context.getKeyedStateStore().getState(new ValueStateDescriptor<>(
                    "cold-" + g, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)));
        }
    }

    void snapshot() throws Exception {
        generationState.update(List.of(generation));
    }

    /** The current key must have what the given generations have written, and nothing else. */
    void check(int key, long generations) throws Exception {
        for (int g = 0; g <= generation; g++) {
            byte[] expected = (generations >> g & 1) == 1 ? spec.coldOf(key, g) : null;
            if (!Arrays.equals(states.get(g).value(), expected)) {
                throw evidence.wrong("cold state of generation " + g + " of key " + key + (expected == null ? " should be absent" : " is wrong"));
            }
        }
    }

    /** Writes this generation's state for the current key unless that was done. Returns the new set of generations. */
    long write(int key, long generations) throws Exception {
        if ((generations >> generation & 1) == 0) {
            states.get(generation).update(spec.coldOf(key, generation));
        }
        return generations | 1L << generation;
    }
}
