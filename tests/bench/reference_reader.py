#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What one would write without checkpointfs: reads the metadata of all snapshots, writes one CSV, lets sqlite3 import it.

The same rows as in the index: a row for each file that a snapshot refers to, with what one look at the file says; each file is
looked at once. The database can answer the same two questions, which files a snapshot needs and which snapshots need a file:
a primary key, and an index that is made after the import, which is the fast way. Reads what make-storage writes.
"""
import argparse
import csv
import os
import struct
import subprocess

INT = struct.Struct(">i")
SHORT = struct.Struct(">H")
HEAD = struct.Struct(">iiqi")  # magic, version, checkpoint id, master states
OPERATOR = struct.Struct(">16siib")  # id, parallelism, maximum, no coordinator
SUBTASK = struct.Struct(">iii")  # index, two operator states that are absent
INCREMENTAL = struct.Struct(">bq")  # tag, checkpoint id
KEY_GROUPS = struct.Struct(">iiq")  # first, number, size of the checkpoint
FILE = struct.Struct(">bqH")  # tag, size, length of the path

SQL = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE needed (snapshot TEXT, ordinal INTEGER, uri TEXT, recorded INTEGER, size INTEGER, mtime_ns INTEGER, mode INTEGER,
  inode INTEGER, PRIMARY KEY (snapshot, ordinal)) WITHOUT ROWID;
.import --csv {csv} needed
CREATE INDEX needed_by_uri ON needed (uri);
SELECT COUNT(*) FROM needed;
"""


def expect(what, found, *wanted):
    if found not in wanted:
        raise ValueError(f"{what}: {found}, not {wanted}")


def handles(data):
    """Yields the URI and the recorded size of each file handle."""
    magic, version, _, masters = HEAD.unpack_from(data)
    expect("magic", magic, 0x4960672D)
    expect("version", version, 4)
    expect("master states", masters, 0)
    at = HEAD.size
    (operators,) = INT.unpack_from(data, at)
    at += INT.size
    for _ in range(operators):
        expect("coordinator", OPERATOR.unpack_from(data, at)[3], 0)
        at += OPERATOR.size
        (subtasks,) = INT.unpack_from(data, at)
        at += INT.size
        for _ in range(subtasks):
            expect("operator states", SUBTASK.unpack_from(data, at)[1:], (0, 0))
            at += SUBTASK.size
            expect("keyed state", INCREMENTAL.unpack_from(data, at)[0], 11)
            at += INCREMENTAL.size
            at += SHORT.size + SHORT.unpack_from(data, at)[0]  # the backend's id
            at += KEY_GROUPS.size
            expect("meta", data[at], 0)
            at += 1
            for _ in ("shared", "private"):
                (entries,) = INT.unpack_from(data, at)
                at += INT.size
                for _ in range(entries):
                    at += SHORT.size + SHORT.unpack_from(data, at)[0]  # the local name
                    tag, size, length = FILE.unpack_from(data, at)
                    if tag != 2:
                        raise ValueError(f"handle: {tag}, not 2")
                    at += FILE.size
                    yield data[at : at + length].decode(), size
                    at += length
            at += SHORT.size + SHORT.unpack_from(data, at)[0]  # the handle's id
            at += 1 + 2 * INT.size  # no raw keyed state, no channels


def rows(storage):
    seen = {}
    for directory, subdirectories, names in os.walk(storage):
        subdirectories[:] = sorted(name for name in subdirectories if name not in ("shared", "taskowned"))
        if "_metadata" not in names:
            continue
        with open(os.path.join(directory, "_metadata"), "rb") as file:
            data = file.read()
        snapshot = os.path.relpath(directory, storage)
        for ordinal, (uri, recorded) in enumerate(handles(data)):
            facts = seen.get(uri)
            if facts is None:
                st = os.stat(uri.removeprefix("file:"))
                facts = seen[uri] = (st.st_size, st.st_mtime_ns, st.st_mode, st.st_ino)
            yield (snapshot, ordinal, uri, recorded, *facts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("storage")
    parser.add_argument("database")
    arguments = parser.parse_args()
    table = arguments.database + ".csv"
    with open(table, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows(os.path.abspath(arguments.storage)))
    subprocess.run(["sqlite3", "-batch", arguments.database], input=SQL.format(csv=table), text=True, check=True)
    os.unlink(table)


main()
