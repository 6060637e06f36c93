// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Times of events, and watermarks two minutes late: so that some windows have fired, and others are there. */
final class EventTimes {
    private EventTimes() {}

    static SingleOutputStreamOperator<Event> of(DataStream<Event> events) {
        return events.assignTimestampsAndWatermarks(WatermarkStrategy.<Event>forGenerator(context -> new TwoMinutesLate())
                .withTimestampAssigner((event, time) -> event.time));
    }

    private static final class TwoMinutesLate implements WatermarkGenerator<Event> {
        @Override
        public void onEvent(Event event, long time, WatermarkOutput output) {
            if (event.number % 10 == 0) {
                output.emitWatermark(new Watermark(time - 120_000));
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {}
    }
}
