// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;

/** Little state for each of very many keys, to measure how fast it is read: a value, and a map of two entries. */
public class LargeStates extends StateFunction<String> {
    private static final long serialVersionUID = 1L;

    static final String UID = "large";

    private transient ValueState<Event> value;
    private transient MapState<String, Long> map;

    @Override
    void create(KeyedStateStore store) {
        value = store.getState(value());
        map = store.getMapState(map());
    }

    static ValueStateDescriptor<Event> value() {
        return new ValueStateDescriptor<>("value", Types.POJO(Event.class));
    }

    static MapStateDescriptor<String, Long> map() {
        return new MapStateDescriptor<>("map", Types.STRING, Types.LONG);
    }

    @Override
    void write(Event event, Context context) throws Exception {
        value.update(event);
        map.put("first", event.number);
        map.put("second", event.time);
    }
}
