// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

/** An element of {@link StateJob}: everything about it follows from its number. */
public class Event {
    public long number;
    public long time;
    public String user;

    /** For Flink's POJO serializer. */
    public Event() {}

    Event(long number, int users) {
        this.number = number;
        this.time = StateJob.BEGIN_MS + number * StateJob.STEP_MS;
        this.user = "user-" + number % users;
    }
}
