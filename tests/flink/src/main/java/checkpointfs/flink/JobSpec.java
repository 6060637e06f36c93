// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;

/**
 * The size of a verifying job, and the arithmetic that tells what each of its states must hold.
 *
 * <p>The source counts {@code 0, 1, 2, ...} in two halves (splits), each read by one subtask. Number {@code n} belongs to the
 * key {@code n mod keys}. So the n-th element of a key in a split is known beforehand, and with it every state of that key.
 *
 * <p>A job that restores a snapshot must have the same spec as the job that made it; the snapshot holds {@link #toString()} and
 * the job compares.
 */
public final class JobSpec implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Source, keyed operator and broadcast operator all run with this many subtasks; all but the source may be rescaled. */
    public static final int PARALLELISM = 2;

    /** What a job may have beyond that. */
    public enum Feature {
        /** The source of before 1.12. */
        LEGACY_SOURCE,
        /** Keyed state of a type that Kryo writes. */
        KRYO,
        /** Asynchronous access to keyed state. */
        ASYNC,
        /** A second source, of which one subtask finishes. */
        UNEVEN_SPLITS,
        /** A second source, whose coordinator has many splits to hand out. */
        MANY_SPLITS,
        /** No operator with a broadcast input: unaligned checkpoints of 1.11 do not get past it. */
        NO_BROADCAST
    }

    /** Fixed, as key groups depend on it. */
    public static final int MAX_PARALLELISM = 16;

    /** Distinct keys. */
    public final int keys;

    /** Bytes of cold state that a job writes per key. */
    public final int coldBytes;

    /** Elements per millisecond that a source subtask emits; 0: no limit. */
    public final int sourceRate;

    /** Elements per millisecond that a keyed subtask takes; 0: no limit. */
    public final int keyedRate;

    private final Set<Feature> features = EnumSet.noneOf(Feature.class);

    public JobSpec(int keys, int coldBytes, int sourceRate, int keyedRate) {
        this.keys = keys;
        this.coldBytes = coldBytes;
        this.sourceRate = sourceRate;
        this.keyedRate = keyedRate;
    }

    public JobSpec with(Feature feature) {
        features.add(feature);
        return this;
    }

    public boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** The first number of the second split; far beyond what a run can read. */
    public long half() {
        return keys * 1_000_000L;
    }

    public int keyOf(long number) {
        return (int) (number % keys);
    }

    /** Which split a number comes from: 0 or 1. */
    public int splitOf(long number) {
        return number < half() ? 0 : 1;
    }

    /** How many elements of the same key and split come before this one. */
    public long indexOf(long number) {
        return (number - splitOf(number) * half()) / keys;
    }

    /** The pad of an element, which shows in-flight elements that were damaged. */
    public static byte[] padOf(long number) {
        return bytes(number, 24);
    }

    /** What a key's hot state must hold after it has counted so many elements of each split. */
    public static byte[] proofOf(int key, long count0, long count1) {
        return bytes(key * 1_000_003L + count0 * 7_919L + count1 * 104_729L, 32);
    }

    /** What the job of a generation writes for a key, once. */
    public byte[] coldOf(int key, int generation) {
        return bytes(key * 31L + generation * 15_485_863L + 5, coldBytes);
    }

    /** Bytes that do not compress and follow from the seed (SplitMix64). */
    private static byte[] bytes(long seed, int length) {
        byte[] result = new byte[length];
        long bits = 0;
        for (int i = 0; i < length; i++) {
            if (i % 8 == 0) {
                bits = seed + (i / 8 + 1) * 0x9E3779B97F4A7C15L;
                bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
                bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
                bits ^= bits >>> 31;
            }
            result[i] = (byte) (bits >>> (i % 8 * 8));
        }
        return result;
    }

    /** What must be equal in the job that restores; rates need not. */
    @Override
    public String toString() {
        return "keys=" + keys + " cold-bytes=" + coldBytes + (features.isEmpty() ? "" : " " + features);
    }
}
