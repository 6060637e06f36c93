// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

/** Slows an operator down to about so many elements per millisecond. */
final class Pace {
    private final int perMillisecond;
    private int count;

    /** @param perMillisecond 0: no limit */
    Pace(int perMillisecond) {
        this.perMillisecond = perMillisecond;
    }

    void keep() throws InterruptedException {
        if (perMillisecond > 0 && ++count % perMillisecond == 0) {
            Thread.sleep(1);
        }
    }
}
