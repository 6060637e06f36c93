# SPDX-License-Identifier: Apache-2.0
"""Measures what tests/bench/state has rows for, piece by piece: seconds of processor time, on one core each."""
import glob
import os
import shutil
import subprocess
import sys

from scale_process import output, quietly, taken
from state_data import KEY, LARGE_KEY, LARGE_OPERATOR, OPERATOR, SCENARIOS, STATES, read_by_flink


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
    def __init__(self, data, build, runs, gigabytes):
        self.data = data
        self.runs = runs
        self.gigabytes = gigabytes  # of the large database
        self.program = os.path.join(build, "src/cli/checkpointfs")
        self.large_database = os.path.join(build, "tests/bench/large-database")
        if os.path.exists(os.path.join(build, "build.ninja")):  # else it is a program that was built elsewhere
            quietly("ninja", "-C", build, "src/cli/checkpointfs", "tests/bench/large-database")

    def pieces(self):
        """Names, and functions that measure: each returns lists of values by what they are of."""
        for scenario, backend in SCENARIOS.items():
            for state in STATES:
                yield f"{scenario} {state} lines", lambda at=(scenario, state): self.lines(*at)
                if backend == "rocksdb":
                    yield f"{scenario} {state} keys", lambda at=(scenario, state): self.keys(*at)
                yield f"{scenario} {state} flink", lambda at=(scenario, state): self.flink(*at)
            yield f"{scenario} key", lambda at=scenario: self.one_key(at)
        yield "one group", self.one_group
        yield "large key", self.one_key_of_many

    def prepare(self):
        """Makes everything that the pieces read."""
        for scenario, backend in SCENARIOS.items():
            self.state_command(scenario, "value")
            if backend == "rocksdb":
                self.database(scenario)
        self.state_command("heap", key_groups=1)
        self.large_command()

    def state_command(self, scenario, *words, key_groups=0):
        snapshot = self.data.snapshot(scenario, key_groups)
        storage = self.data.storage(scenario, key_groups)
        return [self.program, "state", "--index", self.index_of(storage), snapshot, OPERATOR, *words]

    def index_of(self, storage):
        index = f"{storage}.index"
        if not os.path.exists(index):
            quietly(self.program, "index", "--index", index, storage)
        return index

    def large_command(self):
        snapshot = self.data.large_snapshot(self.gigabytes, self.large_database)
        storage = self.data.large_storage(self.gigabytes)
        return [self.program, "state", "--index", self.index_of(storage), snapshot, LARGE_OPERATOR, "value", "--key", LARGE_KEY]

    def one_key(self, scenario):
        return self.times_of_key(self.state_command(scenario, "value", "--key", KEY))

    def one_key_of_many(self):
        return self.times_of_key(self.large_command())

    def times_of_key(self, command):
        if (lines := len(output(*command).splitlines())) != 1:
            sys.exit(f"{lines} lines in place of one: {' '.join(command)}")
        seconds = [taken(lambda: quietly(*command)) for _ in range(10 * self.runs)]
        return {"wall": [1000 * one["wall"] for one in seconds], "processor": [1000 * one["processor"] for one in seconds]}

    def one_group(self):
        """All keys in one key group, whose entries memory cannot hold at once."""
        return self.times_of_lines(self.state_command("heap", "value", key_groups=1), self.data.keys)

    def lines(self, scenario, state):
        return self.times_of_lines(self.state_command(scenario, state), self.entries(state))

    def times_of_lines(self, lines, entries):
        if (printed := int(output(*lines, "--count"))) != entries:
            sys.exit(f"{printed} lines in place of {entries}: {' '.join(lines)}")
        return {"time": [on_one_core(*lines) for _ in range(self.runs)], "memory": [peak_mb(*lines)]}

    def keys(self, scenario, state):
        """In turns with RocksDB's own iterator."""
        keys = self.state_command(scenario, state, "--keys-only")
        bare = ["ldb", f"--db={self.database(scenario)}", f"--column_family={state}", "dump", "--count_only"]
        times = [(on_one_core(*keys), on_one_core(*bare)) for _ in range(3 * self.runs)]
        return {"time": [ours for ours, _ in times], "bare": [theirs for _, theirs in times]}

    def flink(self, scenario, state):
        times = []
        for seconds, found in read_by_flink(self.data.snapshot(scenario), SCENARIOS[scenario], state, self.runs):
            if found != self.entries(state):
                sys.exit(f"{scenario}, {state}: Flink has found {found} entries in place of {self.entries(state)}")
            times.append(seconds)
        return {"time": times}

    def entries(self, state):
        return STATES[state] * self.data.keys

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
