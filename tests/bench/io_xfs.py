# SPDX-License-Identifier: Apache-2.0
"""Another file system, for copies from one file system to another: XFS in a file on the disk of the files."""
import contextlib
import os
import shutil

from io_interrupt import uninterrupted
from io_kernel import need_file_system
from io_mounts import unmount
from io_process import Failure, call

SIZE = 8 << 30  # bytes, of a sparse file: more than the largest copy has


@contextlib.contextmanager
def loop_xfs(top):
    """Yields where it is mounted. A Failure says why this machine cannot make one."""
    image, point = os.path.join(top, "xfs.image"), os.path.join(top, "xfs")
    if os.geteuid() != 0:
        raise Failure("only root can mount it")
    if not shutil.which("mkfs.xfs"):
        raise Failure("mkfs.xfs is not installed")
    need_file_system("xfs")
    os.makedirs(point, exist_ok=True)
    try:
        with open(image, "wb") as file:
            file.truncate(SIZE)
        call(["mkfs.xfs", "-q", "-f", image])
        with uninterrupted():
            call(["mount", "-o", "loop", image, point])
        yield point
    finally:
        with uninterrupted():
            unmount(point)
            os.unlink(image)
