// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Sends what is broadcast, once, and finishes. */
final class Squares {
    /** Whether this source finishes. */
    static final boolean FINISH = true;

    private Squares() {}

    static DataStream<Long> stream(StreamExecutionEnvironment environment) {
        return environment
                .fromSource(new NumberSequenceSource(0, BroadcastCheck.SQUARES - 1), WatermarkStrategy.noWatermarks(), "squares")
                .setParallelism(1)
                .uid("squares");
    }
}
