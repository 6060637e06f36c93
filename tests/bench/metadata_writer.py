# SPDX-License-Identifier: Apache-2.0
"""Flink's metadata of version 4, made by hand: incremental RocksDB handles, as checkpoints of jobs have them."""
import functools
import struct

MAGIC = 0x4960672D
PROPERTIES = b"\xac\xed\x00\x05\x70"  # Java's serialisation of null


def utf(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def file_handle(path, size):
    return struct.pack(">bq", 2, size) + utf("file:" + path)


def serializer(name):
    """The snapshot of a serializer without parameters, with the number that precedes it."""
    return struct.pack(">i", 2) + utf(f"org.apache.flink.{name}") + struct.pack(">i", 3)


def proxy_of_value_state(name):
    """The meta information of a handle whose keys are strings, with one value state of byte arrays."""
    base = "api.common.typeutils.base"
    serializers = {
        "NAMESPACE_SERIALIZER": serializer("runtime.state.VoidNamespaceSerializer$VoidNamespaceSerializerSnapshot"),
        "VALUE_SERIALIZER": serializer(f"{base}.array.BytePrimitiveArraySerializer$BytePrimitiveArraySerializerSnapshot"),
    }
    out = struct.pack(">ib", 6, 0) + serializer(f"{base}.StringSerializer$StringSerializerSnapshot") + struct.pack(">h", 1)
    out += utf(name) + struct.pack(">ii", 0, 1) + utf("KEYED_STATE_TYPE") + utf("VALUE") + struct.pack(">i", len(serializers))
    return out + b"".join(utf(key) + snapshot for key, snapshot in serializers.items())


@functools.lru_cache(maxsize=4096)
def entry(file):
    """A file of a keyed handle. Consecutive snapshots have most files in common."""
    name, path, size = file
    return utf(name) + file_handle(path, size)


def incremental(checkpoint, shared, private, meta=b"\0"):
    """A keyed handle; shared and private are lists of (local name, absolute path, size), meta is a handle, or null."""

    def entries(files):
        return struct.pack(">i", len(files)) + b"".join(map(entry, files))

    head = struct.pack(">bq", 11, checkpoint) + utf("backend") + struct.pack(">iiq", 0, 128, 0)
    return head + meta + entries(shared) + entries(private) + utf("handle")


def metadata(checkpoint, subtasks):
    """One operator; subtasks is a list of keyed handles."""
    out = [struct.pack(">iiqii", MAGIC, 4, checkpoint, 0, 1), bytes(range(16)), struct.pack(">iib", len(subtasks), 128, 0)]
    out.append(struct.pack(">i", len(subtasks)))
    for index, handle in enumerate(subtasks):
        # index, no operator states, managed keyed, no raw keyed, no channels
        out.append(struct.pack(">iii", index, 0, 0) + handle + b"\0" + struct.pack(">ii", 0, 0))
    return b"".join(out) + PROPERTIES
