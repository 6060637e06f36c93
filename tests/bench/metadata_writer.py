# SPDX-License-Identifier: Apache-2.0
"""Flink's metadata of version 4, made by hand: incremental RocksDB handles, as checkpoints of jobs have them."""
import struct

MAGIC = 0x4960672D
PROPERTIES = b"\xac\xed\x00\x05\x70"  # Java's serialisation of null


def utf(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def file_handle(path, size):
    return struct.pack(">bq", 2, size) + utf("file:" + path)


def incremental(checkpoint, shared, private):
    """A keyed handle; shared and private are lists of (local name, absolute path, size)."""

    def entries(files):
        return struct.pack(">i", len(files)) + b"".join(utf(name) + file_handle(path, size) for name, path, size in files)

    head = struct.pack(">bq", 11, checkpoint) + utf("backend") + struct.pack(">iiq", 0, 128, 0)
    return head + b"\0" + entries(shared) + entries(private) + utf("handle")


def metadata(checkpoint, subtasks):
    """One operator; subtasks is a list of keyed handles."""
    out = [struct.pack(">iiqii", MAGIC, 4, checkpoint, 0, 1), bytes(range(16)), struct.pack(">iib", len(subtasks), 128, 0)]
    out.append(struct.pack(">i", len(subtasks)))
    for index, handle in enumerate(subtasks):
        # index, no operator states, managed keyed, no raw keyed, no channels
        out.append(struct.pack(">iii", index, 0, 0) + handle + b"\0" + struct.pack(">ii", 0, 0))
    return b"".join(out) + PROPERTIES
