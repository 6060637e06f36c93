# SPDX-License-Identifier: Apache-2.0
"""Where copies are made.

On the disk of the files they are emptied after each run, and removed only at the end: for one to six minutes ext4 gives away no
inode of a deleted file (recently_deleted() in its ialloc.c), and searches past each of them for every file that is created. A
native `cp -r` of 20,000 files after an `rm -r` of as many takes ten times as long as without.
"""
import os
import shutil

from io_process import call


class Copies:
    def __init__(self, top):
        self.top = os.path.join(top, "copies")
        self.made = 0

    def new(self, files):
        """An empty directory, for so many files."""
        space = os.statvfs(os.path.dirname(self.top))
        if space.f_files and space.f_favail < 2 * files:
            shutil.rmtree(self.top, ignore_errors=True)
        self.made += 1
        path = os.path.join(self.top, f"{os.getpid()}-{self.made}")
        os.makedirs(path)
        return path

    def sync(self):
        """The disk is idle after it: earlier copies are not written while a later one is timed."""
        call(["sync", "-f", os.path.dirname(self.top)])

    def clear(self, path):
        """The files take no space any more, and their directories can be removed."""
        for directory, _, names in os.walk(path):
            os.chmod(directory, 0o700)
            for name in names:
                file = os.path.join(directory, name)
                if not os.access(file, os.W_OK):
                    os.chmod(file, 0o600)
                os.truncate(file, 0)


class RemovedCopies(Copies):
    """On a file system that gives the inodes of deleted files away at once."""

    def clear(self, path):
        shutil.rmtree(path)
