// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/** Split list state of an operator: {@value #COUNT} tokens, each in exactly one subtask, whatever the number of subtasks. */
final class Tokens {
    static final int COUNT = 100;

    private final ListState<Long> state;
    private final List<Long> tokens = new ArrayList<>();

    Tokens(String operator, Evidence evidence, FunctionInitializationContext context, int subtask) throws Exception {
        state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("tokens", Types.LONG));
        if (evidence.restored) {
            state.get().forEach(tokens::add);
        } else {
            for (long token = subtask; token < COUNT; token += JobSpec.PARALLELISM) {
                tokens.add(token);
            }
        }
        tokens.forEach(token -> evidence.tokenFound(operator, token));
    }

    void snapshot() throws Exception {
        state.update(tokens);
    }
}
