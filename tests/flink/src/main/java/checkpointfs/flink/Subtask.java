// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.api.common.functions.RuntimeContext;

/** The number of a subtask within its operator; the method was moved between 1.x and 2.x. */
final class Subtask {
    private Subtask() {}

    static int index(RuntimeContext context) {
        boolean moved = Reflect.has(context, "getTaskInfo", 0);
        return (Integer) Reflect.get(moved ? Reflect.get(context, "getTaskInfo") : context, "getIndexOfThisSubtask");
    }
}
