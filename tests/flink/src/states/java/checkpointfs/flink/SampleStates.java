// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;

/** A value state for each of some samples. */
public class SampleStates<K> extends StateFunction<K> {
    private static final long serialVersionUID = 1L;

    /** Lists of samples; by name, as samples cannot be sent to the task. */
    enum Group {
        BASIC(Sample.BASIC),
        TIMES(Sample.TIMES),
        ARRAYS(Sample.ARRAYS),
        OBJECTS(ObjectSample.READABLE),
        OPAQUE(ObjectSample.OPAQUE);

        final List<Sample<?>> samples;

        Group(List<Sample<?>> samples) {
            this.samples = samples;
        }
    }

    private final Group group;
    private transient List<ValueState<Object>> states;

    SampleStates(Group group) {
        this.group = group;
    }

    @Override
    @SuppressWarnings("unchecked")
    void create(KeyedStateStore store) throws Exception {
        states = new ArrayList<>();
        for (Sample<?> sample : group.samples) {
            states.add(store.getState(new ValueStateDescriptor<>(sample.name(), ((Sample<Object>) sample).type())));
        }
    }

    @Override
    void write(Event event, Context context) throws Exception {
        for (int i = 0; i < states.size(); i++) {
            states.get(i).update(group.samples.get(i).value().apply(event.number));
        }
    }
}
