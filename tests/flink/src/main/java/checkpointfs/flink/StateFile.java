// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import org.apache.flink.runtime.state.StreamStateHandle;

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
        // By name: not every version of Flink has all of them.
        switch (handle.getClass().getSimpleName()) {
            case "EmptySegmentFileStateHandle":
                return new StateFile(position, "empty", "", 0, 0);
            case "SegmentFileStateHandle":
                return new StateFile(position, "segment", path(handle, "getFilePath"), handle.getStateSize(),
                        (Long) Reflect.get(handle, "getStartPos"));
            case "RelativeFileStateHandle":
                return new StateFile(position, "relative", path(handle, "getRelativePath"), handle.getStateSize(), 0);
            case "FileStateHandle":
                return new StateFile(position, "file", path(handle, "getFilePath"), handle.getStateSize(), 0);
            case "ByteStreamStateHandle":
                return new StateFile(position, "byte", path(handle, "getHandleName"), handle.getStateSize(), 0);
            default:
                throw new IllegalStateException("unexpected " + handle.getClass());
        }
    }

    private static String path(StreamStateHandle handle, String getter) {
        return Reflect.get(handle, getter).toString();
    }

    /** Whether it refers to a file by its full path. */
    public boolean isAbsolute() {
        return kind.equals("file") || kind.equals("segment");
    }
}
