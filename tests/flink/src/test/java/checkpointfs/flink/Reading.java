// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.SavepointKeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;

/**
 * All that Flink reads from a metadata, field by field: ids, names, parallelism, key groups, offsets, states; and in the place of
 * each file what it holds. Two metadata that differ in nothing but where their files lie, and whether an incremental handle's file
 * is shared or private, have equal readings.
 */
final class Reading {
    /** What the file of a handle holds, in a few characters. */
    interface Content {
        String of(StreamStateHandle handle) throws Exception;
    }

    final List<String> lines = new ArrayList<>();

    /** How many of the lines stand for a file. */
    int files;

    private final Content content;

    Reading(CheckpointMetadata metadata, Content content) throws Exception {
        this.content = content;
        add("", metadata);
    }

    private void add(String name, Object value) throws Exception {
        if (value instanceof StreamStateHandle handle && handle.getClass().getSimpleName().endsWith("FileStateHandle")) {
            files++;
            lines.add(name + " = " + content.of(handle));
        } else if (value instanceof IncrementalRemoteKeyedStateHandle handle) {
            addIncremental(name, handle);
        } else if (value instanceof OperatorStreamStateHandle handle) {
            // The class for merged files adds the directories that these lie in, and may stand for no state at all.
            if (handle.getStateNameToPartitionOffsets().isEmpty() && handle.getStateSize() == 0) {
                return;
            }
            add(name + ".states", handle.getStateNameToPartitionOffsets());
            add(name + ".delegate", handle.getDelegateStateHandle());
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, item) -> sorted.put(key.toString(), item));
            for (Map.Entry<String, Object> entry : sorted.entrySet()) {
                add(name + "[" + entry.getKey() + "]", entry.getValue());
            }
        } else if (value instanceof Collection<?> items) {
            int i = 0;
            for (Object item : items) {
                add(name + "[" + i++ + "]", item);
            }
        } else if (value instanceof byte[] bytes) {
            lines.add(name + " = " + java.util.HexFormat.of().formatHex(bytes));
        } else if (value instanceof long[] numbers) {
            lines.add(name + " = " + java.util.Arrays.toString(numbers));
        } else if (value == null || value instanceof Enum<?> || !value.getClass().getName().startsWith("org.apache.flink.")) {
            lines.add(name + " = " + value);
        } else {
            addFields(name, value);
        }
    }

    private void addIncremental(String name, IncrementalRemoteKeyedStateHandle handle) throws Exception {
        lines.add(name + ".backend = " + handle.getBackendIdentifier());
        lines.add(name + ".checkpoint = " + handle.getCheckpointId());
        lines.add(name + ".keyGroups = " + handle.getKeyGroupRange());
        lines.add(name + ".size = " + handle.getStateSize() + ", of this checkpoint " + handle.getCheckpointedSize());
        lines.add(name + ".id = " + handle.getStateHandleId());
        add(name + ".meta", handle.getMetaDataStateHandle());
        List<HandleAndLocalPath> files = new ArrayList<>(handle.getSharedState());
        files.addAll(handle.getPrivateState());
        files.sort(Comparator.comparing(HandleAndLocalPath::getLocalPath));
        for (HandleAndLocalPath file : files) {
            add(name + "[" + file.getLocalPath() + "]", file.getHandle());
        }
    }

    private void addFields(String name, Object value) throws Exception {
        lines.add(name + " is " + value.getClass().getSimpleName());
        for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || Modifier.isTransient(field.getModifiers())) {
                    continue;
                }
                // Not in the metadata; made up at each reading.
                if (field.getName().equals("stateHandleId") && value instanceof SavepointKeyedStateHandle) {
                    continue;
                }
                field.setAccessible(true);
                add(name + "." + field.getName(), field.get(value));
            }
        }
    }
}
