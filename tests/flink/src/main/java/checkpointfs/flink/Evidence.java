// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    private final JobSpec spec;
    private final int keys;
    private final int parallelism;
    private final long started = System.currentTimeMillis();
    private final BitSet[] touched = {new BitSet(), new BitSet()};
    private final Map<String, Set<Long>> tokens = new TreeMap<>();
    private final Set<Integer> overdue = new TreeSet<>();
    private final Set<Integer> sourceSubtasks = new TreeSet<>();
    private final Set<Integer> broadcastSubtasks = new TreeSet<>();
    private final BitSet splits = new BitSet();
    private int splitsBegun;
    private int doubledTokens;
    private int timersOfBefore;
    private long elements;

    private Evidence(boolean restored, JobSpec spec, int parallelism) {
        this.restored = restored;
        this.spec = spec;
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

    /** A token in split list state of an operator. */
    public synchronized void tokenFound(String operator, long token) {
        if (!tokens.computeIfAbsent(operator, name -> new TreeSet<>()).add(token)) {
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

    /** A split that the job before has begun. */
    public synchronized void splitKnown(int split) {
        if (splits.get(split)) {
            throw wrong("split " + split + " of the small splits is there twice");
        }
        splits.set(split);
    }

    public synchronized void splitBegun(int split) {
        splitKnown(split);
        splitsBegun++;
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
        if (doubledTokens != 0) {
            missing.add("list state holds " + doubledTokens + " tokens twice");
        }
        for (String operator : spec.has(JobSpec.Feature.ASYNC) ? List.of("source") : List.of("source", "keyed")) {
            int found = tokens.getOrDefault(operator, Set.of()).size();
            if (found != Tokens.COUNT) {
                missing.add("list state of the " + operator + " operator holds " + found + " of " + Tokens.COUNT + " tokens");
            }
        }
        if (sourceSubtasks.size() != JobSpec.PARALLELISM) {
            missing.add("union list state was seen by subtasks " + sourceSubtasks);
        }
        if (spec.has(JobSpec.Feature.UNEVEN_SPLITS) && splits.isEmpty()) {
            missing.add("no split was begun");
        }
        if (spec.has(JobSpec.Feature.MANY_SPLITS) && (splitsBegun < 3 || splits.nextClearBit(0) != splits.length())) {
            missing.add(splitsBegun + " small splits were begun, all in all " + splits);
        }
        if (!spec.has(JobSpec.Feature.NO_BROADCAST) && broadcastSubtasks.size() != parallelism) {
            missing.add("broadcast state is complete in subtasks " + broadcastSubtasks);
        }
        if (!overdue.isEmpty()) {
            missing.add("timers of " + overdue.size() + " keys have not fired");
        }
        if (restored && !spec.has(JobSpec.Feature.ASYNC) && timersOfBefore == 0) {
            missing.add("no timer of before the restore has fired");
        }
        return missing;
    }
}
