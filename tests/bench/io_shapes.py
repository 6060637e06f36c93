# SPDX-License-Identifier: Apache-2.0
"""What is measured on: sets of files, and the storages that refer to them."""
import random
from dataclasses import dataclass

KB, MB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class FileSet:
    """One job: so many snapshots of so many files, each file in one snapshot only."""

    name: str
    job: str
    snapshots: int
    files: int  # of each snapshot
    ranges: tuple  # of (share of the files, smallest, greatest size)

    def sizes(self):
        """The same ones each time, by snapshot."""
        drawn = random.Random(self.name)
        return [self._snapshot(drawn) for _ in range(self.snapshots)]

    def _snapshot(self, drawn):
        sizes = []
        for share, least, most in self.ranges:
            sizes += [drawn.randint(least, most) for _ in range(round(self.files * share))]
        drawn.shuffle(sizes)
        return sizes

    def count(self):
        return self.snapshots * self.files

    def bytes(self):
        return sum(map(sum, self.sizes()))


@dataclass(frozen=True)
class Storage:
    """Metadata that refers to sets of files; what is measured is the job of the first one."""

    name: str
    description: str
    sets: tuple
    files: int = 0  # of each snapshot, if not as many as in the set

    def measured(self):
        return self.sets[0]

    def snapshots(self):
        """Names, in the job that is measured."""
        measured = self.measured()
        number = measured.count() // self.files if self.files else measured.snapshots
        return tuple(f"chk-{i}" for i in range(1, number + 1))


def sets(quick):
    """Small enough for a minute, or as the goals have them."""
    small = (1.0, 4 * KB, 16 * KB)
    large = (32 if quick else 256) * MB
    flink = ((0.3, 20 * KB, 64 * KB), (0.7, MB, (4 if quick else 64) * MB))
    return (
        FileSet("small", "1" * 32, 4 if quick else 20, 250 if quick else 1000, (small,)),
        FileSet("flink", "2" * 32, 2 if quick else 5, 20, flink),
        FileSet("medium", "3" * 32, 2 if quick else 4, 20 if quick else 500, ((1.0, MB, MB),)),
        FileSet("large", "4" * 32, 2, 1 if quick else 4, ((1.0, large, large),)),
        FileSet("huge", "5" * 32, 1, 10_000 if quick else 200_000, ((1.0, 1, 16),)),
    )


def storages(quick):
    """By name."""
    small, flink, medium, large, huge = sets(quick)
    split = 1000 if quick else 2000
    found = (
        Storage("small", f"{small.count():,} files of 4-16 KB", (small,)),
        Storage("small-in-large", "the same files beside large ones", (small, medium, large)),
        Storage("flink", f"Flink-shaped (30 % 20-64 KB, 70 % 1-{flink.ranges[1][2] // MB} MB)", (flink,)),
        Storage("medium", f"{medium.count():,} x 1 MB", (medium,)),
        Storage("large", f"{large.count():,} x {large.ranges[0][1] // MB} MB", (large,)),
        Storage("huge", f"{huge.count():,} files in one directory", (huge,)),
        Storage("huge-split", f"{huge.count() // split:,} of {split:,}", (huge,), split),
    )
    return {each.name: each for each in found}
