// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

/** The hot state of one key: it changes with every element. */
public class KeyState {
    /** Elements counted of each split. */
    public long count0;

    public long count1;

    /** {@link JobSpec#proofOf} of the two counts. */
    public byte[] proof;

    /** When this key's timer is due; 0: it has none. */
    public long timer;

    /** Bit g: the job of generation g has written cold state for this key. */
    public long generations;
}
