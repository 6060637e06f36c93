# SPDX-License-Identifier: Apache-2.0
"""What tests/bench/state measures: processor time, on one core each."""
import glob
import os
import shutil
import statistics
import subprocess
import sys

from scale_process import output, quietly, taken
from state_data import KEY, OPERATOR, SCENARIOS, STATES, read_by_flink
from table_rows import row


def on_one_core(*command):
    """Seconds of processor time of a command."""
    return taken(lambda: quietly("taskset", "-c", "0", *command))["processor"]


def peak_mb(*command):
    """The most memory of a program and of what it has started, added up."""
    peaks = {}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for pid in [str(process.pid), *children(process.pid)]:
                peaks[pid] = max(peaks.get(pid, 0), peak_of(pid))
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode}: {' '.join(command)}")
    return sum(peaks.values()) / 1024


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
            return file.read().split()
    except OSError:
        return []


def peak_of(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


class StateMeasures:
    def __init__(self, data, build, runs):
        self.data = data
        self.runs = runs
        self.program = os.path.join(build, "src/cli/checkpointfs")
        if os.path.exists(os.path.join(build, "build.ninja")):  # else it is a program that was built elsewhere
            quietly("ninja", "-C", build, "src/cli/checkpointfs")

    def rows(self):
        for scenario, backend in SCENARIOS.items():
            for state in STATES:
                yield from self.compare(scenario, backend, state)
            yield from self.one_key(scenario)
        yield from self.one_group("heap")

    def state_command(self, scenario, *words, key_groups=0):
        snapshot = self.data.snapshot(scenario, key_groups)
        storage = self.data.storage(scenario, key_groups)
        index = f"{storage}.index"
        if not os.path.exists(index):
            quietly(self.program, "index", "--index", index, storage)
        return [self.program, "state", "--index", index, snapshot, OPERATOR, *words]

    def one_key(self, scenario):
        command = self.state_command(scenario, "value", "--key", KEY)
        if (lines := len(output(*command).splitlines())) != 1:
            sys.exit(f"{scenario}: {lines} lines for the key {KEY}")
        seconds = [taken(lambda: quietly(*command)) for _ in range(10 * self.runs)]
        yield row(f"{scenario}: --key, on the wall", "ms", [1000 * one["wall"] for one in seconds], 50)
        yield row("processor time of it", "ms", [1000 * one["processor"] for one in seconds])

    def one_group(self, scenario):
        """All keys in one key group, whose entries memory cannot hold at once."""
        lines = self.state_command(scenario, "value", key_groups=1)
        if (printed := int(output(*lines, "--count"))) != self.data.keys:
            sys.exit(f"{scenario}: {printed} lines in place of {self.data.keys}")
        yield row(f"{scenario}: {self.data.keys} values in one key group", "s", [on_one_core(*lines) for _ in range(self.runs)])
        yield row("memory of both processes", "MB", [peak_mb(*lines)], 128)

    def compare(self, scenario, backend, state):
        entries = STATES[state] * self.data.keys
        lines = self.state_command(scenario, state)
        keys = [*lines, "--keys-only"]
        if (printed := int(output(*lines, "--count"))) != entries:
            sys.exit(f"{scenario}, {state}: {printed} lines in place of {entries}")
        ours, of_keys, theirs, bare = [], [], [], []
        for _ in range(self.runs):
            ours.append(on_one_core(*lines))
            of_keys.append(on_one_core(*keys))
            if backend == "rocksdb":
                bare.append(on_one_core(*self.ldb(scenario, state)))
        for seconds, found in read_by_flink(self.data.snapshot(scenario), backend, state, self.runs):
            if found != entries:
                sys.exit(f"{scenario}, {state}: Flink has found {found} entries in place of {entries}")
            theirs.append(seconds)
        yield row(f"{scenario}: {entries} entries of a {state}, all as JSON", "s", ours)
        yield row("the same by Flink's State Processor API, JVM warmed up", "s", theirs)
        yield row("times as fast", "x", [statistics.median(theirs) / seconds for seconds in ours], 10, most=False)
        if backend == "rocksdb":
            yield row("--keys-only", "s", of_keys)
            yield row("RocksDB's iterator alone (ldb dump --count_only)", "s", bare)
            yield row("times its time", "x", [our / their for our, their in zip(of_keys, bare)], 2)
        yield row("memory of both processes", "MB", [peak_mb(*lines)], 128)

    def ldb(self, scenario, state):
        return ["ldb", f"--db={self.database(scenario)}", f"--column_family={state}", "dump", "--count_only"]

    def database(self, scenario):
        """The files of the keyed handle under the names that RocksDB knows, copied out of a mount."""
        directory = self.data.path(f"database-{scenario}")
        if not os.path.isdir(directory):
            point = self.data.path("mount")
            os.makedirs(point, exist_ok=True)
            quietly(self.program, "mount", "--index", f"{self.data.storage(scenario)}.index", self.data.storage(scenario), point)
            try:
                (current,) = glob.glob(os.path.join(point, f".checkpointfs/operators/*/*/{OPERATOR}/0/*/CURRENT"))
                shutil.copytree(os.path.dirname(current), directory)
            finally:
                quietly(self.program, "umount", point)
        return directory
