# SPDX-License-Identifier: Apache-2.0
"""Abilities of the kernel that some subjects need."""
import contextlib
import os
import subprocess

from io_process import Failure

DROP_CACHES = "/proc/sys/vm/drop_caches"
IO_URING = "/sys/module/fuse/parameters/enable_uring"


def _file_systems():
    with open("/proc/filesystems", encoding="utf-8") as file:
        return [line.split()[-1] for line in file]


def need_file_system(name):
    if name not in _file_systems():
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(["modprobe", name], capture_output=True, check=False)
        if name not in _file_systems():
            raise Failure(f"the kernel has no {name}")


def drop_unused_inodes():
    """Inodes of other work, by the million, make each inode dearer that a new mount shows. Does nothing without root."""
    if os.access(DROP_CACHES, os.W_OK):
        with open(DROP_CACHES, "w", encoding="utf-8") as file:
            file.write("2")


def io_uring():
    """The kernel's setting for FUSE over io_uring; the administrator has to switch it on."""
    try:
        with open(IO_URING, encoding="utf-8") as file:
            return "on" if file.read().strip() == "Y" else "off"
    except FileNotFoundError:
        return "unknown to it"


def can_switch_io_uring():
    return os.path.exists(IO_URING) and os.access(IO_URING, os.W_OK)


@contextlib.contextmanager
def io_uring_switched_on():
    """Lasts as long as one mount takes: a connection that uses io_uring goes on using it. REQUIRES: uninterrupted()."""

    def switch(value):
        with open(IO_URING, "w", encoding="utf-8") as file:
            file.write(value)

    before = io_uring()
    switch("Y")
    try:
        yield
    finally:
        switch("Y" if before == "on" else "N")
