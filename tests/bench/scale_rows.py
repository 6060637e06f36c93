# SPDX-License-Identifier: Apache-2.0
"""What is measured: each function returns rows of the table."""
import glob
import json
import os
import shutil
import statistics
import sys
import time

from scale_process import Program, output, peak_mb, quietly, remove_index, resident_mb, server_of, taken
from table_rows import row

HERE = os.path.dirname(os.path.abspath(__file__))


class Measures:
    def __init__(self, data, build, sizes, flink):
        self.data = data
        self.sizes = sizes
        self.program = Program(build)
        self.flink = flink

    def index_of(self, source):
        index = self.data.path("index-" + os.path.basename(source))
        if not os.path.exists(index):
            self.program.index(index, source)
        return index

    def decode(self):
        source = self.data.large_snapshot(self.sizes.handles)
        directory = output("find", source, "-name", "_metadata", "-printf", "%h").strip()
        metadata = os.path.join(directory, "_metadata")
        size = f"{os.path.getsize(metadata) / 1e6:.1f} MB, {self.sizes.handles} handles"
        rounds = self.sizes.rounds
        ours = json.loads(self.program.decode_time(metadata, rounds))[rounds // 2 :]
        yield row(f"decode _metadata of {size}", "ms", ours)
        if not self.flink:
            return
        run = os.path.join(HERE, "../flink/run")
        # The second half of the rounds: the JVM is warm. Optimised as a long-lived JobManager is.
        text = output(run, self.flink, "DecodeTime", directory, str(2 * rounds), JAVA_OPTS="-Xmx3g -XX:TieredStopAtLevel=4")
        theirs = json.loads(text)[rounds:]
        yield row(f"the same by Flink {self.flink}, JVM warmed up", "ms", theirs)
        yield row("times as fast as Flink", "x", [statistics.median(theirs) / ours_ms for ours_ms in ours], 10, most=False)

    def first_index(self):
        source = self.data.snapshots(self.sizes.references)
        index = self.data.path("index-" + os.path.basename(source))
        database = self.data.path("reference")
        ours, theirs = [], []
        for _ in range(self.sizes.runs):
            remove_index(index)
            ours.append(taken(lambda: self.program.index(index, source)))
            remove_index(database)
            theirs.append(taken(lambda: quietly(sys.executable, os.path.join(HERE, "reference_reader.py"), source, database)))
        bytes_of_database = os.path.getsize(database)
        remove_index(database)
        what = f"{self.sizes.references} references in {self.sizes.references // 500} snapshots"
        yield row(f"first index of {what}", "s", [each["wall"] for each in ours], 10)
        yield row("its processor time", "s", [each["processor"] for each in ours])
        yield row("the same rows by Python and sqlite3 .import", "s", [each["wall"] for each in theirs])
        yield row("its processor time", "s", [each["processor"] for each in theirs])
        pairs = [their["wall"] / our["wall"] for our, their in zip(ours, theirs)]
        yield row("times as fast as that", "x", pairs, 5, most=False)
        yield row("bytes of the index for each reference", "B", [os.path.getsize(index) / self.sizes.references], 100)
        yield row("bytes of its database", "B", [bytes_of_database / self.sizes.references])
        full = self.data.full(self.sizes.references // 4)
        size = os.path.getsize(self.index_of(full)) / (self.sizes.references // 4)
        yield row("bytes for each reference, no file shared", "B", [size])

    def again(self):
        source = self.data.snapshots(self.sizes.references)
        index = self.index_of(source)
        values = [taken(lambda: self.program.index(index, source)) for _ in range(2 * self.sizes.runs)]
        yield row("index again, nothing changed", "s", [each["wall"] for each in values], 0.2)
        yield row("its processor time", "s", [each["processor"] for each in values])

    def first_listing(self):
        source = self.data.snapshots(self.sizes.references)
        index = self.index_of(source)
        point = self.data.path("mount")

        def mount_and_list():
            self.program.mount(index, source, point)
            os.listdir(point)

        values = []
        os.makedirs(point, exist_ok=True)
        for _ in range(2 * self.sizes.runs):
            values.append(taken(mount_and_list)["wall"])
            self.program.umount(point)
        yield row("mount with a warm index, first listing", "s", values, 0.1)

    def appearing(self):
        """From a `_metadata` that is in its place, as when Flink has acknowledged a checkpoint, to the whole snapshot in a mount."""
        source = self.data.snapshots(self.sizes.references)
        newest = max(glob.glob(os.path.join(source, "**/_metadata"), recursive=True))
        job = os.path.dirname(os.path.dirname(newest))
        added = os.path.join(job, "chk-99999999")
        values = []
        with self.program.mounted(self.index_of(source), source, self.data.path("mount")) as point:
            shown = os.path.join(point, os.path.relpath(added, source))
            time.sleep(2)  # the mount has looked at everything once
            for _ in range(2 * self.sizes.runs):
                os.mkdir(added)
                part = os.path.join(added, ".part")
                shutil.copy(newest, part)
                start = time.monotonic()
                os.rename(part, os.path.join(added, "_metadata"))
                wait_until(lambda: os.path.exists(os.path.join(shown, "_metadata")))
                values.append(time.monotonic() - start)
                shutil.rmtree(added)
                wait_until(lambda: not os.path.exists(shown))
        yield row("from an acknowledged checkpoint to all of it in the mount", "s", values, 1)

    def memory(self):
        points = []
        for part in (4, 2, 1):
            references = self.sizes.references // part
            source = self.data.snapshots(references)
            index = self.index_of(source)
            with self.program.mounted(index, source, self.data.path("mount")) as point:
                quietly("find", point, "-printf", "%s")
                points.append((references, resident_mb(server_of(point))))
            goal = 64 if part == 1 else None
            yield row(f"memory of the mount after find, {references} references", "MB", [points[-1][1]], goal)
        (few, small), (many, large) = points[0], points[-1]
        slope = max(large - small, 0) / (many - few)
        yield row("on the line through these, 50 million", "MB", [large + slope * (50_000_000 - many)], 128)
        # What the scan leaves in the process that goes on to serve.
        index = self.data.path("index-new")
        source = self.data.snapshots(self.sizes.references)
        remove_index(index)
        with self.program.mounted(index, source, self.data.path("mount")) as point:
            quietly("find", point, "-printf", "%s")
            yield row("the same, after a mount that made the index", "MB", [resident_mb(server_of(point))], 64)

    def export_memory(self):
        """The highest memory of `export`, of many snapshots."""
        yield from self.exported(f"{self.sizes.references} references", self.data.small_files(self.sizes.references))

    def export_memory_one(self):
        """The same of one snapshot with very many files."""
        for files in (self.sizes.handles, self.sizes.references):
            yield from self.exported(f"one snapshot of {files} files", self.data.one_snapshot(files))

    def exported(self, what, source):
        target = self.data.path("target")
        index = self.index_of(source)
        command = (self.program.path, "export", "--quiet", "--index", index, "--source", source, target)
        yield row(f"memory of an export of {what}", "MB", [peak_mb(*command)], 64)
        yield row("the same again, nothing changed", "MB", [peak_mb(*command)], 64)
        shutil.rmtree(target)

    def large_directory(self):
        few, many = self.sizes.small_directory, self.sizes.handles
        times = {}
        for files in (few, many):
            source = self.data.large_snapshot(files)
            index = self.index_of(source)
            for name, command in (("ls -f", ["ls", "-f"]), ("find", ["find"])):
                for _ in range(self.sizes.runs):
                    with self.program.mounted(index, source, self.data.path("mount")) as point:
                        job = os.path.join(point, os.listdir(point)[0])
                        snapshot = os.path.join(job, os.listdir(job)[0])
                        rest = ["-printf", "%s\n"] if name == "find" else []
                        start = time.monotonic()
                        quietly(*command, snapshot, *rest)
                        times.setdefault((name, files), []).append((time.monotonic() - start) * 1e6 / files)
        empty = [taken(lambda: quietly("ls", "-f", "/dev/null"))["wall"] * 1e6 for _ in range(9)]
        for name in ("ls -f", "find"):
            # Starting a program takes longer than listing a few files.
            start = statistics.median(empty) / few
            small = [value - start for value in times[name, few]]
            yield row(f"{name} of {few} files, for each, fresh", "us", small)
            yield row(f"{name} of {many} files, for each, fresh", "us", times[name, many])
            ratio = [statistics.median(times[name, many]) / statistics.median(small)]
            yield row(f"{name}: cost of a file among {many} to that among {few}", "x", ratio, 1.1)


def wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            sys.exit("the mount does not follow its source")
        time.sleep(0.001)


ALL = {
    "decode": Measures.decode,
    "index": Measures.first_index,
    "again": Measures.again,
    "mount": Measures.first_listing,
    "appearing": Measures.appearing,
    "memory": Measures.memory,
    "export-memory": Measures.export_memory,
    "export-memory-one": Measures.export_memory_one,
    "directory": Measures.large_directory,
}
