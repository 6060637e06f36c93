# SPDX-License-Identifier: Apache-2.0
"""Makes the files and the storages.

The files lie as the projection shows them, native/SET/JOB/chk-N/NAME: what is native and what comes through the mount has the
same names, sizes and numbers of links. The storage is storage/STORAGE/JOB/chk-N/_metadata, which refers to the files there.
"""
import json
import os
import random
import shutil
import uuid

from metadata_writer import incremental, metadata

SUBTASKS = 4


class Bytes:
    """Pseudo-random ones that do not compress, as fast as memory is copied."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pool = memoryview(random.Random(1).randbytes(4 << 20))

    def write(self, path, size):
        with open(path, "xb", buffering=0) as file:
            while size > 0:
                start = self.random.randrange(len(self.pool) // 2)
                size -= file.write(self.pool[start : start + size])


class Data:
    """Below `top`; what an earlier run has left there (--keep) is used again if it is the same."""

    def __init__(self, top, say):
        self.top = top
        self.say = say

    def native(self, file_set):
        return os.path.join(self.top, "native", file_set.name)

    def storage(self, storage):
        return os.path.join(self.top, "storage", storage.name)

    def make(self, storage):
        for file_set in storage.sets:
            self._once(self.native(file_set), file_set, lambda each=file_set: self._make_files(each))
        self._once(self.storage(storage), storage, lambda: self._make_metadata(storage))

    def _once(self, directory, described, make):
        stamp, text = directory + ".made", repr(described)
        if os.path.exists(stamp):
            with open(stamp, encoding="utf-8") as file:
                if json.load(file) == text:
                    return
            os.unlink(stamp)
        shutil.rmtree(directory, ignore_errors=True)
        make()
        os.sync()
        with open(stamp, "w", encoding="utf-8") as file:
            json.dump(text, file)

    def _make_files(self, file_set):
        size = file_set.bytes()
        self.say(f"making {file_set.count():,} files, {size / (1 << 20):,.1f} MB: {file_set.name}")
        os.makedirs(self.native(file_set))
        space = os.statvfs(self.native(file_set))
        if space.f_bavail * space.f_frsize < size + 4096 * file_set.count():
            raise OSError(f"{self.top}: not enough space for the files of {file_set.name}")
        data, names = Bytes(file_set.name), random.Random(file_set.job)
        for number, sizes in enumerate(file_set.sizes(), 1):
            directory = os.path.join(self.native(file_set), file_set.job, f"chk-{number}")
            os.makedirs(directory)
            for size in sizes:
                data.write(os.path.join(directory, str(uuid.UUID(int=names.getrandbits(128), version=4))), size)

    def _make_metadata(self, storage):
        for file_set in storage.sets:
            snapshots = self._snapshots(file_set)
            if storage.files:
                files = [file for snapshot in snapshots for file in snapshot]
                snapshots = [files[i : i + storage.files] for i in range(0, len(files), storage.files)]
            for number, files in enumerate(snapshots, 1):
                directory = os.path.join(self.storage(storage), file_set.job, f"chk-{number}")
                os.makedirs(directory)
                handles = [incremental(number, files[i::SUBTASKS], []) for i in range(SUBTASKS)]
                with open(os.path.join(directory, "_metadata"), "wb") as file:
                    file.write(metadata(number, handles))

    def _snapshots(self, file_set):
        """Of each snapshot the files, as (local name, path, size)."""
        for number in range(1, file_set.snapshots + 1):
            directory = os.path.join(self.native(file_set), file_set.job, f"chk-{number}")
            names = sorted(name for name in os.listdir(directory) if name != "_metadata")
            paths = [os.path.join(directory, name) for name in names]
            yield [(f"{i:06}.sst", path, os.path.getsize(path)) for i, path in enumerate(paths)]
