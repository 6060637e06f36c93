// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** The lines of a failure that tell its causes, without what differs from run to run. */
final class StackTrace {
    private final List<String> causes;

    StackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        causes = text.toString().lines()
                .filter(line -> !line.matches("\\s+(at |\\.\\.\\. \\d+ ).*"))
                .map(line -> line.strip().replaceFirst("^(Caused by|Suppressed): ", "").replace('\t', ' '))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** The innermost cause that contains this; null if none does. */
    String find(String words) {
        String found = null;
        for (String cause : causes) {
            found = cause.contains(words) ? cause : found;
        }
        return found == null ? null : steady(found);
    }

    /** The innermost cause. */
    String last() {
        return steady(causes.get(causes.size() - 1));
    }

    /** Without directories, the ids in names, and the identities of objects. */
    private static String steady(String line) {
        return line.replaceAll("(file:)?/[^\\s'\"]*/", ".../")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>")
                .replaceAll("[0-9a-f]{32}", "<id>")
                .replaceAll("@[0-9a-f]{5,8}\\b", "");
    }
}
