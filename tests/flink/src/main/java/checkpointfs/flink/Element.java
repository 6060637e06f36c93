// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

/** One element of the stream: its number, and a pad that follows from the number. */
public class Element {
    public long number;
    public byte[] pad;

    /** For Flink's POJO serializer. */
    public Element() {}

    public Element(long number) {
        this.number = number;
        this.pad = JobSpec.padOf(number);
    }
}
