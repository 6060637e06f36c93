# SPDX-License-Identifier: Apache-2.0
"""Describes the machine and the settings of a measurement."""
import os
import platform
import statistics
import subprocess
import time

from io_kernel import io_uring

# Fields of .checkpointfs/status, at its top or below "io", that decide how the kernel is answered.
IN_FORCE = ("libfuse", "passthrough", "io_uring")


def _field(path, name):
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"


def _first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def _answer_on(processor, requests, answers):
    """Answers each byte with itself, on one processor, until there are no more."""
    os.sched_setaffinity(0, {processor})
    while byte := os.read(requests, 1):
        os.write(answers, byte)


def _round_trip(asking, answering):
    """Microseconds from a question to its answer, between two processes on these processors; each waits asleep."""
    ours, theirs = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours[1])
        _answer_on(answering, ours[0], theirs[1])
        os._exit(0)
    all_processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {asking})
    try:
        times = []
        for _ in range(2000):
            start = time.perf_counter_ns()
            os.write(ours[1], b".")
            os.read(theirs[0], 1)
            times.append(time.perf_counter_ns() - start)
    finally:
        os.sched_setaffinity(0, all_processors)
        os.close(ours[1])
        os.waitpid(child, 0)
        for end in (ours[0], *theirs):
            os.close(end)
    return round(statistics.median(times) / 1000, 1)


def _round_trips():
    """On one processor, and between the first and the last one: the difference is what waking an idle processor costs."""
    processors = sorted(os.sched_getaffinity(0))
    return [_round_trip(processors[0], processors[0]), _round_trip(processors[0], processors[-1])]


def machine(directory):
    kib = int(_field("/proc/meminfo", "MemTotal").split()[0])
    return {
        "kernel": platform.release(),
        "cpu": _field("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(kib / (1 << 20)),
        "filesystem": _first_line("findmnt", "-n", "-o", "FSTYPE", "-T", directory),
        "fuse_io_uring": io_uring(),
        "round_trips_us": _round_trips(),
        "real_time": os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR),
        "coreutils": _first_line("cp", "--version").split()[-1],
    }


def machine_text(found):
    return (
        f"Linux {found['kernel']}, {found['cores']} cores ({found['cpu']}), {found['memory_gib']} GB of memory; "
        f"files on {found['filesystem']}; FUSE over io_uring: {found['fuse_io_uring']}; coreutils {found['coreutils']}"
    )


def wake_up_text(found):
    """The cost of a wake-up, on which all that makes round trips depends."""
    same, other = found["round_trips_us"]
    return f"a question and its answer between two processes take {same} us on one processor, {other} us between two"
