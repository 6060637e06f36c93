// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the operators of one run have seen. Operators find it by the run's name; static, since the whole cluster lives in this JVM.
 *
 * <p>An operator that finds a wrong state throws what {@link #wrong} returns, so the job fails. That nothing was left out is checked by
 * {@link #missing()}: the run goes on until it is empty, or fails.
 */
public final class Evidence {
    private static final Map<String, Evidence> RUNS = new ConcurrentHashMap<>();

    /** Whether this run restores a snapshot: then no state may be absent. */
    public final boolean restored;

    private final int keys;
    private final int parallelism;
    private final long started = System.currentTimeMillis();
    private final BitSet[] touched = {new BitSet(), new BitSet()};
    private final Set<Long> tokens = new TreeSet<>();
    private final Set<Integer> overdue = new TreeSet<>();
    private final Set<Integer> sourceSubtasks = new TreeSet<>();
    private final Set<Integer> broadcastSubtasks = new TreeSet<>();
    private int doubledTokens;
    private int timersOfBefore;
    private long elements;

    private Evidence(boolean restored, JobSpec spec, int parallelism) {
        this.restored = restored;
        this.keys = spec.keys;
        this.parallelism = parallelism;
    }

    public static Evidence start(String run, boolean restored, JobSpec spec, int parallelism) {
        Evidence evidence = new Evidence(restored, spec, parallelism);
        RUNS.put(run, evidence);
        return evidence;
    }

    public static Evidence of(String run) {
        return RUNS.get(run);
    }

    public static void end(String run) {
        RUNS.remove(run);
    }

    public IllegalStateException wrong(String what) {
        return new IllegalStateException("VERIFY: " + what);
    }

    /** Whether a timer due at this time must be one of the job before: none of this run's is due so early. */
    public boolean isTimerOfBefore(long due) {
        return restored && due < started + KeyedCheck.TIMER_DELAY_MS;
    }

    public synchronized void keyTouched(int key, int split) {
        touched[split].set(key);
        elements++;
    }

    public synchronized void tokenFound(long token) {
        if (!tokens.add(token)) {
            doubledTokens++;
        }
    }

    /** All union list state of this subtask was right. */
    public synchronized void sourceSubtaskRight(int subtask) {
        sourceSubtasks.add(subtask);
    }

    /** All broadcast state of this subtask was right and complete. */
    public synchronized void broadcastSubtaskRight(int subtask) {
        broadcastSubtasks.add(subtask);
    }

    public synchronized void timerOwed(int key) {
        overdue.add(key);
    }

    public synchronized void timerFired(int key, boolean ofBefore) {
        overdue.remove(key);
        if (ofBefore) {
            timersOfBefore++;
        }
    }

    public synchronized long elements() {
        return elements;
    }

    /** What has not been seen yet, in words; empty when everything was checked. */
    public synchronized List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (int split = 0; split < 2; split++) {
            if (touched[split].cardinality() != keys) {
                missing.add(keys - touched[split].cardinality() + " keys not touched by split " + split);
            }
        }
        if (tokens.size() != SourceCheck.TOKENS || doubledTokens != 0) {
            missing.add("list state holds " + tokens.size() + " of " + SourceCheck.TOKENS + " tokens and " + doubledTokens + " doubled");
        }
        if (sourceSubtasks.size() != JobSpec.sourceParallelism(parallelism)) {
            missing.add("union list state was seen by subtasks " + sourceSubtasks);
        }
        if (broadcastSubtasks.size() != parallelism) {
            missing.add("broadcast state is complete in subtasks " + broadcastSubtasks);
        }
        if (!overdue.isEmpty()) {
            missing.add("timers of " + overdue.size() + " keys have not fired");
        }
        if (restored && timersOfBefore == 0) {
            missing.add("no timer of before the restore has fired");
        }
        return missing;
    }
}
