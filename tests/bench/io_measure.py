# SPDX-License-Identifier: Apache-2.0
"""Measures a row: every subject in each round, so that what slows the machine down for a while slows all of them.

Modes that were asked for and other file systems stay away from the second half of the rounds: the table has only their medians.
"""
import os
import statistics
from dataclasses import asdict, dataclass

from io_copies import Copies, RemovedCopies
from io_interrupt import uninterrupted
from io_mounts import Subject
from io_process import Failure, call, measured
from io_rows import COPIES, Place

SHORT = 0.25  # seconds: what takes less is done more often, as chance has more of a part in it


@dataclass(frozen=True)
class Contestant:
    name: str
    subject: Subject
    storage: object
    all_rounds: bool


def contestants(row, storages, subjects):
    """The first one is what the others are compared with."""
    always, modes, peers = subjects
    storage = storages[row.storage]
    if row.split:
        ours = always[-1]
        names = (storages[row.split].description, "checkpointfs")
        return [Contestant(name, ours, each, True) for name, each in zip(names, (storages[row.split], storage))]
    taken = always + (modes if row.modes else []) + peers
    return [Contestant(subject.name, subject, storage, subject in always) for subject in taken]


class Bench:
    """`skip` is called with each subject that fails in a row, and does not take part in the rest of it."""

    def __init__(self, data, storages, runs, oftener, skip):
        self.data = data
        self.skip = skip
        self.storages = storages
        self.runs = runs
        self.oftener = oftener
        self.copies = Copies(data.top)
        self.xfs_copies = None  # unless there is an XFS

    def use_xfs(self, point):
        self.xfs_copies = RemovedCopies(point)

    def place(self, tree, storage, copies):
        job = storage.measured().job
        to = copies.new(storage.measured().count())
        native = os.path.join(self.data.native(storage.measured()), job)
        first = min(name for name in os.listdir(os.path.join(native, "chk-1")) if name != "_metadata")
        return Place(os.path.join(tree, job), to, storage.snapshots(), f"chk-1/{first}")

    def once(self, row, contestant, compare=False):
        """Times one run; what is made ready for it and cleared away after it is not timed."""
        copies = self.xfs_copies if row.to_xfs else self.copies
        with contestant.subject.mounted(contestant.storage) as tree:
            for last in [False, True] if row.again else [True]:
                place = self.place(tree, contestant.storage, copies)
                try:
                    if row.command in COPIES:
                        copies.sync()
                    run = measured(row.command(place))
                    if last:
                        status = contestant.subject.status(contestant.storage)
                        if compare and row.command in COPIES:
                            self.compare(place, contestant.storage)
                finally:
                    with uninterrupted():
                        copies.clear(place.to)
            return run, status

    def compare(self, place, storage):
        """Fails if the copy is not what was to be copied."""
        job = storage.measured().job
        call(["diff", "-rq", os.path.join(self.data.native(storage.measured()), job), os.path.join(place.to, job)])

    def measure(self, row, subjects):
        """All runs of a row, and the ratios: how many times as fast as the first contestant, in each round."""
        taking_part = contestants(row, self.storages, subjects)
        os.sync()
        load = os.getloadavg()[0]
        # Untimed: the files and the programs come into the page cache.
        wall = self.once(row, taking_part[0])[0].wall
        rounds = self.runs * (self.oftener if wall < SHORT else 1)
        runs = {each.name: [] for each in taking_part}
        statuses = {}
        for number in range(rounds):
            turn = number % len(taking_part)
            for each in taking_part[turn:] + taking_part[:turn]:
                if number > rounds // 2 and not each.all_rounds:
                    continue
                try:
                    run, statuses[each.name] = self.once(row, each, compare=number == 0)
                    runs[each.name].append(run)
                except Failure as failure:
                    if not each.subject.may_fail:
                        raise
                    self.skip(f"{each.name} in `{row.key()}`: {str(failure).splitlines()[-1]}")
                    taking_part.remove(each)
                    del runs[each.name]
        first = runs[taking_part[0].name]
        results = []
        for name, its in runs.items():
            ratios = [base.wall / run.wall for base, run in zip(first, its)]
            results.append(
                {
                    "name": name,
                    "seconds": statistics.median(run.wall for run in its),
                    "ratio": {"min": min(ratios), "median": statistics.median(ratios), "max": max(ratios)},
                    "runs": [asdict(run) for run in its],
                    "status": statuses[name],
                }
            )
        return {
            "key": row.key(),
            "work": row.label(self.storages),
            "goal": row.goal,
            "load": [load, os.getloadavg()[0]],
            "subjects": results,
        }
