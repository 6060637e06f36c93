// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The source of a job. */
final class Numbers {
    private Numbers() {}

    /** Whether the source is one of before 1.12. */
    static boolean isLegacy(JobSpec spec) {
        return true;
    }

    /** Counts both splits. */
    static DataStream<Long> stream(StreamExecutionEnvironment environment, JobSpec spec, int parallelism) {
        return LegacyNumbers.stream(environment, spec, parallelism);
    }
}
