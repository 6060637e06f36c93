// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptySegmentFileStateHandle;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.filesystem.RelativeFileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/**
 * One leaf among the handles of a metadata: what it refers to.
 *
 * @param position where in its operator it stands: {@code keyed}, {@code shared}, {@code private}, {@code operator}, ...
 * @param kind {@code file}, {@code relative}, {@code byte}, {@code segment} or {@code empty}
 * @param path as it stands in the metadata: a URI, a relative path, the name of a byte handle; empty for {@code empty}
 * @param size as recorded
 * @param start the segment's first byte within its file; else 0
 */
public record StateFile(String position, String kind, String path, long size, long start) {

    static StateFile of(String position, StreamStateHandle handle) {
        // Subclasses come before what they extend.
        if (handle instanceof EmptySegmentFileStateHandle) {
            return new StateFile(position, "empty", "", 0, 0);
        }
        if (handle instanceof SegmentFileStateHandle segment) {
            return new StateFile(position, "segment", segment.getFilePath().toString(), segment.getStateSize(), segment.getStartPos());
        }
        if (handle instanceof RelativeFileStateHandle relative) {
            return new StateFile(position, "relative", relative.getRelativePath(), relative.getStateSize(), 0);
        }
        if (handle instanceof FileStateHandle file) {
            return new StateFile(position, "file", file.getFilePath().toString(), file.getStateSize(), 0);
        }
        if (handle instanceof ByteStreamStateHandle bytes) {
            return new StateFile(position, "byte", bytes.getHandleName(), bytes.getStateSize(), 0);
        }
        throw new IllegalStateException("unexpected " + handle.getClass());
    }

    /** Whether it refers to a file by its full path. */
    public boolean isAbsolute() {
        return kind.equals("file") || kind.equals("segment");
    }
}
