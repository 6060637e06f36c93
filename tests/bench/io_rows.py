# SPDX-License-Identifier: Apache-2.0
"""The rows of the table: works on storages, with their goals."""
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a work is done. It must not look at `path` before it is timed, which would not be the first time then."""

    path: str  # the job's directory, as a subject shows it
    to: str  # an empty directory for copies
    snapshots: tuple  # names in `path`
    file: str  # one of the files, relative to `path`


def cp(place):
    return ["cp", "-r", place.path, place.to]


def rsync(place):
    return ["rsync", "-a", place.path, place.to]


def cat(place):
    return ["find", place.path, "-type", "f", "-exec", "cat", "{}", "+"]


def md5sum(place):
    return ["find", place.path, "-type", "f", "-exec", "md5sum", "{}", "+"]


def dd(place):
    return ["dd", f"if={place.path}/{place.file}", "of=/dev/null", "bs=1M", "status=none"]


def find(place):
    return ["find", place.path, "-printf", "%s\n"]


def ls(place):
    return ["ls", "-f", *(f"{place.path}/{name}" for name in place.snapshots)]


def du(place):
    return ["du", "-s", place.path]


def tar(place):
    # Through a pipe: GNU tar reads nothing if it writes to /dev/null.
    return ["sh", "-c", 'tar -cf - -C "$1" . | cat >/dev/null', "sh", place.path]


WORDS = {
    cp: "`cp -r`",
    rsync: "`rsync -a`",
    cat: "`cat`",
    md5sum: "`md5sum`",
    dd: "`dd` of one file",
    find: "`find -printf %s`",
    ls: "`ls -f`",
    du: "`du -s`",
    tar: "`tar` to a pipe",
}
COPIES = (cp, rsync)


@dataclass(frozen=True)
class Row:
    storage: str
    command: Callable
    goal: float | None = None  # times native speed
    to_xfs: bool = False  # copies go to another file system
    again: bool = False  # the second time on one mount; else the first
    modes: bool = False  # all modes are compared
    split: str = ""  # not against native, but ours with the same files in this storage

    def key(self):
        """What --only looks at."""
        target = " xfs" if self.to_xfs else ""
        return f"{self.split or self.storage} {self.command.__name__}{target} {'second' if self.again else 'fresh'}"

    def label(self, storages):
        """`storages` by name."""
        target = " to XFS" if self.to_xfs else ""
        said = f"{WORDS[self.command]}{target}, {storages[self.storage].description}"
        if self.split:
            return f"{said}, against {storages[self.split].description}"
        return f"{said}, second time" if self.again else said


ROWS = (
    Row("small", cp, 0.55, modes=True),
    Row("small", cp, 0.85, to_xfs=True),
    Row("small-in-large", cp, 0.40, modes=True),
    Row("small-in-large", cp, 0.60, to_xfs=True),
    Row("flink", cat, 0.95, modes=True),
    Row("medium", cp, 0.90, modes=True),
    Row("medium", cp, to_xfs=True),
    Row("large", cp, 0.95, modes=True),
    Row("large", cp, 0.95, to_xfs=True),
    Row("large", dd, 0.95, modes=True),
    Row("small", find, 0.45),
    Row("small", find, 1.2, again=True),
    Row("small", du, 0.45),
    Row("small", du, 1.2, again=True),
    Row("small", tar, 0.65),
    Row("small", rsync, 0.80),
    Row("small", md5sum),
    Row("huge", find),
    Row("huge", ls),
    Row("huge", find, 1.0, split="huge-split"),
    Row("huge", ls, 1.0, split="huge-split"),
)
