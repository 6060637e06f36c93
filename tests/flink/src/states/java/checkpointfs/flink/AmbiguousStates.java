// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** State in namespaces whose length differs, as that of the keys does: RocksDB's keys then hold the lengths of both. */
public class AmbiguousStates extends AbstractStreamOperator<Event>
        implements OneInputStreamOperator<Event, Event>, Triggerable<String, String> {
    private static final long serialVersionUID = 1L;

    private transient InternalTimerService<String> timers;

    @Override
    public void open() throws Exception {
        super.open();
        timers = getInternalTimerService("named", StringSerializer.INSTANCE, this);
    }

    @Override
    public void processElement(StreamRecord<Event> element) throws Exception {
        long n = element.getValue().number;
        // Some longer than 127 and than 255 bytes.
        String namespace = "room".repeat((int) (n % 4 == 3 ? 70 + n % 5 : n % 4)) + n % 3;
        ValueState<Long> value = getPartitionedState(namespace, StringSerializer.INSTANCE, new ValueStateDescriptor<>("value", Types.LONG));
        value.update(n);
        ListState<String> list = getPartitionedState(namespace, StringSerializer.INSTANCE, new ListStateDescriptor<>("list", Types.STRING));
        list.add("item" + n);
        MapState<String, Long> map =
                getPartitionedState(namespace, StringSerializer.INSTANCE, new MapStateDescriptor<>("map", Types.STRING, Types.LONG));
        map.put("slot" + n % 2, n);
        timers.registerEventTimeTimer(namespace, Long.MAX_VALUE - n);
    }

    @Override
    public void onEventTime(InternalTimer<String, String> timer) {}

    @Override
    public void onProcessingTime(InternalTimer<String, String> timer) {}
}
