// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;

/** Collects the leaves of all handles of one operator. Classes that are not in each version of Flink go by their names. */
final class HandleWalk {
    final List<StateFile> files = new ArrayList<>();

    /** The directories that file merging names beside its segments. */
    final List<String> directories = new ArrayList<>();

    HandleWalk(OperatorState operator) {
        if (Reflect.has(operator, "getCoordinatorState", 0) && Reflect.get(operator, "getCoordinatorState") != null) {
            leaf("coordinator", Reflect.get(operator, "getCoordinatorState"));
        }
        for (OperatorSubtaskState subtask : operator.getStates()) {
            subtask.getManagedOperatorState().forEach(this::operatorState);
            subtask.getRawOperatorState().forEach(this::operatorState);
            subtask.getManagedKeyedState().forEach(this::keyedState);
            subtask.getRawKeyedState().forEach(this::keyedState);
            if (Reflect.has(subtask, "getInputChannelState", 0)) {
                each(subtask, "getInputChannelState", handle -> leaf("input-channel", Reflect.get(handle, "getDelegate")));
                each(subtask, "getResultSubpartitionState", handle -> leaf("output-channel", Reflect.get(handle, "getDelegate")));
            }
        }
    }

    private interface Visitor {
        void visit(Object item);
    }

    private static void each(Object object, String getter, Visitor visitor) {
        ((Iterable<?>) Reflect.get(object, getter)).forEach(visitor::visit);
    }

    private void leaf(String position, Object handle) {
        files.add(StateFile.of(position, (StreamStateHandle) handle));
    }

    private void operatorState(OperatorStateHandle handle) {
        leaf("operator", handle.getDelegateStateHandle());
        if (Reflect.has(handle, "getTaskOwnedDirHandle", 0)) {
            for (String getter : List.of("getTaskOwnedDirHandle", "getSharedDirHandle")) {
                directories.add(((Path) Reflect.get(Reflect.get(handle, getter), "getDirectory")).toString());
            }
        }
    }

    private void keyedState(KeyedStateHandle handle) {
        if (handle instanceof KeyGroupsStateHandle keyGroups) {
            leaf("keyed", keyGroups.getDelegateStateHandle());
            return;
        }
        switch (handle.getClass().getSimpleName()) {
            case "IncrementalRemoteKeyedStateHandle" -> {
                String getter = Reflect.has(handle, "getMetaDataStateHandle", 0) ? "getMetaDataStateHandle" : "getMetaStateHandle";
                leaf("meta", Reflect.get(handle, getter));
                incrementalFiles(handle, "shared", "getSharedState");
                incrementalFiles(handle, "private", "getPrivateState");
            }
            case "ChangelogStateBackendHandleImpl" -> {
                each(handle, "getMaterializedStateHandles", part -> keyedState((KeyedStateHandle) part));
                each(handle, "getNonMaterializedStateHandles", part -> keyedState((KeyedStateHandle) part));
            }
            case "ChangelogStateHandleStreamImpl" ->
                each(handle, "getHandlesAndOffsets", handleAndOffset -> leaf("changelog", ((Tuple2<?, ?>) handleAndOffset).f0));
            case "InMemoryChangelogStateHandle" -> {}
            default -> throw new IllegalStateException("unexpected " + handle.getClass());
        }
    }

    /** Until 1.17 a map from names to handles, then a list of pairs. */
    private void incrementalFiles(KeyedStateHandle handle, String position, String getter) {
        if (Reflect.get(handle, getter) instanceof Map<?, ?> map) {
            map.values().forEach(file -> leaf(position, file));
        } else {
            ((Collection<?>) Reflect.get(handle, getter)).forEach(file -> leaf(position, Reflect.get(file, "getHandle")));
        }
    }
}
