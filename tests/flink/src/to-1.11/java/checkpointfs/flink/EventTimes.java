// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.streaming.api.TimeCharacteristic;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.AssignerWithPunctuatedWatermarks;
import org.apache.flink.streaming.api.watermark.Watermark;

/** Times of events, and watermarks two minutes late: so that some windows have fired, and others are there. */
final class EventTimes {
    private EventTimes() {}

    static SingleOutputStreamOperator<Event> of(DataStream<Event> events) {
        events.getExecutionEnvironment().setStreamTimeCharacteristic(TimeCharacteristic.EventTime);
        return events.assignTimestampsAndWatermarks(new TwoMinutesLate());
    }

    private static final class TwoMinutesLate implements AssignerWithPunctuatedWatermarks<Event> {
        private static final long serialVersionUID = 1L;

        @Override
        public long extractTimestamp(Event event, long before) {
            return event.time;
        }

        @Override
        public Watermark checkAndGetNextWatermark(Event event, long time) {
            return event.number % 10 == 0 ? new Watermark(time - 120_000) : null;
        }
    }
}
