# SPDX-License-Identifier: Apache-2.0
"""What is compared: each shows the files of a storage as one tree, mounted anew each time."""
import contextlib
import json
import os
import time

from io_interrupt import uninterrupted
from io_kernel import io_uring_switched_on
from io_process import Failure, call


def mount_points():
    with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
        return [line.split(" ")[1] for line in mounts]


def is_mounted(path):
    return path in mount_points()


def unmount(path):
    """Whatever is mounted there, even if it is in use or dead."""
    command = ["umount"] if os.geteuid() == 0 else ["fusermount3", "-u"]
    for _ in range(50):
        if not is_mounted(path):
            return
        with contextlib.suppress(Failure):
            call([*command, path])
            return
        time.sleep(0.1)
    call([*command, "-l" if command == ["umount"] else "-z", path])


def unmount_below(top):
    for path in reversed(mount_points()):  # what stands on another comes after it
        if path.startswith(top + "/"):
            unmount(path)


class Subject:
    """`name` is its column in the table."""

    name = ""
    may_fail = False  # true for other file systems, which are left out where they do not work

    def __init__(self, data):
        self.data = data

    def tree(self, storage):
        """Where the files are seen."""
        return os.path.join(self.data.top, "mounts", storage.name)

    def mount(self, storage):
        raise NotImplementedError

    def unmount(self, storage):
        unmount(self.tree(storage))

    @contextlib.contextmanager
    def mounted(self, storage):
        os.makedirs(self.tree(storage), exist_ok=True)
        try:
            with uninterrupted():
                self.mount(storage)
            yield self.tree(storage)
        finally:
            with uninterrupted():
                self.unmount(storage)

    def status(self, storage):
        """What it tells about itself."""
        return {}


class Native(Subject):
    name = "native"

    def tree(self, storage):
        return self.data.native(storage.measured())

    def mount(self, storage):
        pass

    def unmount(self, storage):
        pass


class Bind(Subject):
    name = "bind mount"

    def mount(self, storage):
        call(["mount", "--bind", self.data.native(storage.measured()), self.tree(storage)])


class Checkpointfs(Subject):
    def __init__(self, data, program, mode="", io_uring=False):
        super().__init__(data)
        self.program = program
        self.mode = mode
        self.io_uring = io_uring
        self.name = "checkpointfs" if mode in ("", "auto") else f"checkpointfs io={mode}"
        if io_uring:
            self.name += " over io_uring"

    def mount(self, storage):
        files = os.path.join(self.data.top, "native")
        index = os.path.join(self.data.top, "index", storage.name)
        os.makedirs(os.path.dirname(index), exist_ok=True)
        options = ["-o", f"io={self.mode}"] if self.mode else []
        command = [self.program, "mount", "--index", index, "--map", f"file:{files}={files}", *options]
        command += [self.data.storage(storage), self.tree(storage)]
        if not self.io_uring:
            call(command)
            return
        with io_uring_switched_on():
            call(command)
        if self.status(storage)["io"]["io_uring"] != "on":
            raise Failure(f"{self.name}: {self.status(storage)['io']['io_uring']}")

    def unmount(self, storage):
        # Returns when the index is free for the next mount.
        with contextlib.suppress(Failure):
            if is_mounted(self.tree(storage)):
                call([self.program, "umount", self.tree(storage)])
        unmount(self.tree(storage))

    def status(self, storage):
        with open(os.path.join(self.tree(storage), ".checkpointfs", "status"), encoding="utf-8") as file:
            return json.load(file)


class Peer(Subject):
    """Another file system that shows a directory as it is: PROGRAM OPTION... DIRECTORY MOUNTPOINT."""

    may_fail = True

    def __init__(self, data, name, command, io_uring=False):
        super().__init__(data)
        self.name = name
        self.command = command
        self.io_uring = io_uring

    def mount(self, storage):
        with io_uring_switched_on() if self.io_uring else contextlib.nullcontext():
            self.start(storage)

    def start(self, storage):
        self.start_one(self.data.native(storage.measured()), self.tree(storage))

    def start_one(self, files, point):
        call([*self.command, files, point])
        for _ in range(100):  # some return before they are there
            if is_mounted(point):
                os.statvfs(point)  # waits for the answer to INIT
                return
            time.sleep(0.05)
        raise Failure(f"{self.name} did not mount")
