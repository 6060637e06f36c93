// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The source of a job. */
final class Numbers {
    private Numbers() {}

    /** Whether the source is one of before 1.12. */
    static boolean isLegacy(JobSpec spec) {
        return spec.has(JobSpec.Feature.LEGACY_SOURCE);
    }

    /** Counts both splits. */
    @SuppressWarnings("unchecked")
    static DataStream<Long> stream(StreamExecutionEnvironment environment, JobSpec spec, int parallelism) throws Exception {
        if (isLegacy(spec)) {
            // Not there in each version that this is compiled for.
            Class<?> legacy = Class.forName("checkpointfs.flink.LegacyNumbers");
            return (DataStream<Long>) Reflect.callStatic(legacy, "stream", environment, spec, parallelism);
        }
        return environment
                .fromSource(new NumberSequenceSource(0, 2 * spec.half() - 1), WatermarkStrategy.noWatermarks(), "numbers")
                .setParallelism(parallelism)
                .uid("numbers");
    }
}
