# SPDX-License-Identifier: Apache-2.0
"""libfuse's example passthrough_hp, which keeps a descriptor of each file that the kernel knows.

If the limit of descriptors cannot be raised, storages with more files have a mount for each snapshot.
"""
import os
import resource
import subprocess

from io_mounts import Peer, unmount_below
from io_process import call

DESCRIPTORS = 1 << 20
SPARE = 100  # descriptors for directories, and its own


def _raised():
    """The words that raise the limit for a command, none if this is not allowed, and the limit of the command."""
    command = ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
        return command, DESCRIPTORS
    return [], resource.getrlimit(resource.RLIMIT_NOFILE)[1]


class PassthroughHp(Peer):
    def __init__(self, data, name, options=(), io_uring=False):
        before, self.limit = _raised()
        super().__init__(data, name, [*before, "passthrough_hp", *options], io_uring)

    def start(self, storage):
        measured = storage.measured()
        if measured.count() + SPARE < self.limit or measured.snapshots == 1:
            super().start(storage)
            return
        call(["mount", "-t", "tmpfs", "tmpfs", self.tree(storage)])  # the mount points vanish with it
        for snapshot in range(1, measured.snapshots + 1):
            path = os.path.join(measured.job, f"chk-{snapshot}")
            os.makedirs(os.path.join(self.tree(storage), path), exist_ok=True)
            self.start_one(os.path.join(self.data.native(measured), path), os.path.join(self.tree(storage), path))

    def unmount(self, storage):
        unmount_below(self.tree(storage))
        super().unmount(storage)
