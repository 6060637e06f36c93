// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateHandleStreamImpl;
import org.apache.flink.runtime.state.changelog.inmemory.InMemoryChangelogStateHandle;
import org.apache.flink.runtime.state.filemerging.FileMergingOperatorStreamStateHandle;

/** Collects the leaves of all handles of one operator. */
final class HandleWalk {
    final List<StateFile> files = new ArrayList<>();

    /** The directories that file merging names beside its segments. */
    final List<String> directories = new ArrayList<>();

    HandleWalk(OperatorState operator) {
        if (operator.getCoordinatorState() != null) {
            leaf("coordinator", operator.getCoordinatorState());
        }
        for (OperatorSubtaskState subtask : operator.getStates()) {
            subtask.getManagedOperatorState().forEach(this::operatorState);
            subtask.getRawOperatorState().forEach(this::operatorState);
            subtask.getManagedKeyedState().forEach(this::keyedState);
            subtask.getRawKeyedState().forEach(this::keyedState);
            // The element types of these two differ between versions of Flink.
            ((Iterable<?>) subtask.getInputChannelState()).forEach(handle -> channel("input-channel", handle));
            ((Iterable<?>) subtask.getResultSubpartitionState()).forEach(handle -> channel("output-channel", handle));
        }
    }

    private void leaf(String position, StreamStateHandle handle) {
        files.add(StateFile.of(position, handle));
    }

    private void operatorState(OperatorStateHandle handle) {
        leaf("operator", handle.getDelegateStateHandle());
        if (handle instanceof FileMergingOperatorStreamStateHandle merged) {
            directories.add(merged.getTaskOwnedDirHandle().getDirectory().toString());
            directories.add(merged.getSharedDirHandle().getDirectory().toString());
        }
    }

    private void keyedState(KeyedStateHandle handle) {
        if (handle instanceof IncrementalRemoteKeyedStateHandle incremental) {
            leaf("meta", incremental.getMetaDataStateHandle());
            for (HandleAndLocalPath file : incremental.getSharedState()) {
                leaf("shared", file.getHandle());
            }
            for (HandleAndLocalPath file : incremental.getPrivateState()) {
                leaf("private", file.getHandle());
            }
        } else if (handle instanceof KeyGroupsStateHandle keyGroups) {
            leaf("keyed", keyGroups.getDelegateStateHandle());
        } else if (handle instanceof ChangelogStateBackendHandle changelog) {
            changelog.getMaterializedStateHandles().forEach(this::keyedState);
            changelog.getNonMaterializedStateHandles().forEach(this::keyedState);
        } else if (handle instanceof ChangelogStateHandleStreamImpl increment) {
            increment.getHandlesAndOffsets().forEach(handleAndOffset -> leaf("changelog", handleAndOffset.f0));
        } else if (!(handle instanceof InMemoryChangelogStateHandle)) {
            throw new IllegalStateException("unexpected " + handle.getClass());
        }
    }

    private void channel(String position, Object handle) {
        try {
            leaf(position, (StreamStateHandle) handle.getClass().getMethod("getDelegate").invoke(handle));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(((StateObject) handle).getClass() + " has no delegate", e);
        }
    }
}
