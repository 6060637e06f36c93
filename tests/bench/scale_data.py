# SPDX-License-Identifier: Apache-2.0
"""The storages that tests/bench/scale measures with."""
import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


class Data:
    """Makes each storage when it is first asked for, below one directory."""

    def __init__(self, directory):
        self.directory = directory

    def path(self, name):
        return os.path.join(self.directory, name)

    def storage(self, name, **options):
        path = self.path(name)
        if not os.path.isdir(path):
            words = [word for option, value in options.items() for word in (f"--{option}", str(value))]
            subprocess.run([os.path.join(HERE, "make-storage"), path, *words], check=True)
        return path

    def snapshots(self, references):
        """500 files a snapshot, of which 50 are new in each: checkpoints of ten jobs with incremental state."""
        snapshots = references // 500
        return self.storage(f"incremental-{references}", snapshots=snapshots, jobs=min(10, snapshots // 20))

    def small_files(self, references):
        """The same with files of one byte, for copies."""
        snapshots = references // 500
        return self.storage(f"small-{references}", snapshots=snapshots, jobs=min(10, snapshots // 20), size=1)

    def one_snapshot(self, files):
        return self.storage(f"one-{files}", snapshots=1, jobs=1, files=files, subtasks=100, size=1)

    def full(self, references):
        """The same without any shared file: the most that a reference can take."""
        return self.storage(f"full-{references}", snapshots=references // 500, jobs=10, new=500)

    def large_snapshot(self, files):
        return self.storage(f"checkpoint-storage-{files}", snapshots=1, jobs=1, files=files, subtasks=100)
