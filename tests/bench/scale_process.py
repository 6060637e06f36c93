# SPDX-License-Identifier: Apache-2.0
"""Runs programs, and tells what they took."""
import contextlib
import json
import os
import re
import resource
import subprocess
import time


def taken(run):
    """Seconds on the wall, and seconds of processor time of the programs that `run()` ran and waited for."""

    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    processor, start = used(), time.monotonic()
    run()
    return {"wall": time.monotonic() - start, "processor": used() - processor}


def quietly(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def output(*command, **environment):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}).stdout


class Program:
    def __init__(self, build):
        self.path = os.path.join(build, "src/cli/checkpointfs")
        self.build = build
        quietly("ninja", "-C", build, "src/cli/checkpointfs")

    def decode_time(self, metadata, rounds):
        """Milliseconds of each round, as JSON. Needs a build with tests."""
        name = "tests/bench/decode-time"
        quietly("ninja", "-C", self.build, name)
        return output(os.path.join(self.build, name), metadata, str(rounds))

    def index(self, index, source):
        quietly(self.path, "index", "--index", index, source)

    @contextlib.contextmanager
    def mounted(self, index, source, point):
        os.makedirs(point, exist_ok=True)
        self.mount(index, source, point)
        try:
            yield point
        finally:
            self.umount(point)

    def mount(self, index, source, point):
        quietly(self.path, "mount", "--index", index, source, point)

    def umount(self, point):
        """Returns when its process has ended."""
        quietly(self.path, "umount", point)


def server_of(point):
    """The process that serves a mount."""
    with open(os.path.join(point, ".checkpointfs/status"), encoding="utf-8") as file:
        return json.load(file)["pid"]


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s*(\d+) kB", file.read())[1]) / 1024


def peak_mb(*command):
    """The most resident memory that the program had at any moment."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as program:
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode != 0:
        raise subprocess.CalledProcessError(program.returncode, command)
    return usage.ru_maxrss / 1024


def remove_index(index):
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(index + suffix)
