# SPDX-License-Identifier: Apache-2.0
"""Snapshots of real Flink jobs with state of very many keys."""
import glob
import os
import shutil

from metadata_writer import file_handle, incremental, metadata, proxy_of_value_state
from scale_process import output

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flink/run")
FLINK = "1.20.5"
# The name of each scenario of GenerateState, and the backend that restores it.
SCENARIOS = {"rocksdb-incremental": "rocksdb", "heap": "heap", "heap-canonical-savepoint": "heap"}
OPERATOR = "04753f45ab1ec09ba4df3275fe3cdad5"  # of the uid "large"
KEY = '"user-777"'  # one of them
LARGE_OPERATOR = bytes(range(16)).hex()
LARGE_KEY = '"user-00000777"'
# The entries of each key.
STATES = {"value": 1, "map": 2}


class StateData:
    """Makes each snapshot when it is first asked for, below one directory."""

    def __init__(self, directory, keys):
        self.directory = directory
        self.keys = keys

    def path(self, name):
        return os.path.join(self.directory, name)

    def storage(self, scenario, key_groups=0):
        """0 key groups: as many as the scenario has."""
        return self.path(f"{scenario}-{self.keys}" + (f"-in-{key_groups}" if key_groups else ""))

    def snapshot(self, scenario, key_groups=0):
        """The directory with the newest _metadata."""
        storage = self.storage(scenario, key_groups)
        if not os.path.isdir(storage):
            number = str(self.keys)
            words = ["--out", storage, "--scenario", scenario, "--parts", "large", "--users", number, "--events", number]
            if key_groups:
                words += ["--key-groups", str(key_groups)]
            try:
                output(RUN, FLINK, "GenerateState", *words, "--parallelism", "1", JAVA_OPTS="-Xmx2500m -Dpatience=1800")
            except BaseException:
                shutil.rmtree(storage, ignore_errors=True)
                raise
        found = glob.glob(os.path.join(storage, "**/_metadata"), recursive=True)
        return os.path.dirname(max(found, key=os.path.getmtime))

    def large_storage(self, gigabytes):
        return self.path(f"large-{gigabytes}")

    def large_snapshot(self, gigabytes, program):
        """A RocksDB database that `program` (large-database) writes, as one handle of a checkpoint."""
        storage = self.large_storage(gigabytes)
        job = os.path.join(storage, f"{1:032x}")
        snapshot = os.path.join(job, "chk-1")
        if not os.path.isdir(snapshot):
            shutil.rmtree(storage, ignore_errors=True)
            shared = os.path.join(job, "shared")
            os.makedirs(shared)
            output(program, shared, str(gigabytes))
            os.mkdir(snapshot)
            write_metadata(snapshot, shared)
        return snapshot


def write_file(path, content):
    with open(path, "wb") as file:
        file.write(content)
    return path


def write_metadata(snapshot, shared):
    files = [(entry.name, entry.path, entry.stat().st_size) for entry in os.scandir(shared)]
    tables = [file for file in files if file[0].endswith(".sst")]
    others = [file for file in files if file[0].startswith(("CURRENT", "MANIFEST", "OPTIONS"))]
    proxy = proxy_of_value_state("value")
    meta = file_handle(write_file(os.path.join(snapshot, "meta"), proxy), len(proxy))
    write_file(os.path.join(snapshot, "_metadata"), metadata(1, [incremental(1, tables, others, meta)]))


def read_by_flink(snapshot, backend, state, rounds):
    """Processor time of each round but the first, with the entries that Flink has found. One core, the JVM warmed up."""
    words = ["ReadState", "--backend", backend, "--state", state, snapshot, str(rounds + 1)]
    text = output("taskset", "-c", "0", RUN, FLINK, *words, JAVA_OPTS="-Xmx4g -XX:TieredStopAtLevel=4")
    lines = [line.split() for line in text.splitlines() if line and line[0].isdigit()]
    return [(float(processor), int(entries)) for _, processor, entries in lines[1:]]
