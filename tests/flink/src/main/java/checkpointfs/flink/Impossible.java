// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.List;
import java.util.function.Predicate;

/**
 * What Flink itself cannot do, and the words with which it says so.
 *
 * @param again whether the copy is restored, but not the checkpoint that is made then
 * @param exception a part of the line in the stack trace that tells the cause
 */
record Impossible(Predicate<Cell> where, boolean again, String exception) {
    private static final List<Impossible> ALL = List.of(
            // Relative handles came with 1.11.
            new Impossible(
                    cell -> cell.form() == Cell.Form.OWNED && isBefore(cell, "1.11"),
                    false,
                    "Unknown implementation of StreamStateHandle, code: 6"),
            // 1.15 cannot read what a changelog backend has written without one.
            new Impossible(
                    cell -> cell.kind().written.name().startsWith("CHANGELOG") && !hasChangelog(cell) && isBefore(cell, "1.16"),
                    false,
                    "Unexpected state handle type"),
            // The changelog backend makes no full snapshots, with which NO_CLAIM begins.
            new Impossible(cell -> hasChangelog(cell) && cell.claim().equals("NO_CLAIM"), false, "full snapshot"),
            // Until its first materialization a job repeats the handles that it was restored from, and relative ones lead nowhere then.
            new Impossible(
                    cell -> hasChangelog(cell) && cell.form() == Cell.Form.OWNED && cell.kind().label().endsWith("unmaterialized"),
                    true,
                    "java.io.FileNotFoundException"));

    private static boolean hasChangelog(Cell cell) {
        return cell.kind().restored.name().startsWith("CHANGELOG");
    }

    private static boolean isBefore(Cell cell, String version) {
        return !FlinkVersion.isAtLeast(cell.restoredBy(), version);
    }

    /** What must happen in this cell; null: it must be restored. */
    static Impossible of(Cell cell) {
        return ALL.stream().filter(impossible -> impossible.where.test(cell)).findFirst().orElse(null);
    }

    /** The line that tells the cause, if this is what has happened; else null. */
    String causeOf(Exception failure, boolean again) {
        String line = again == this.again ? new StackTrace(failure).find(exception) : null;
        return line == null || !again ? line : "restored, but not again: " + line;
    }
}
