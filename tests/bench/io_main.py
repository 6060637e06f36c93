# SPDX-License-Identifier: Apache-2.0
"""The benchmark behind scripts/benchmark, which says what the options mean."""
import argparse
import contextlib
import datetime
import fcntl
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

from io_data import Data
from io_interrupt import catch_interrupts, uninterrupted
from io_kernel import drop_unused_inodes
from io_machine import machine, machine_text, wake_up_text
from io_measure import Bench
from io_mounts import Checkpointfs, unmount_below
from io_prepare import prepare
from io_process import Failure, call
from io_results import missing_rows, read_results, write_results
from io_rows import ROWS
from io_shapes import storages
from io_subjects import find_subjects
from io_table import row_text, row_title, states_text, write_docs
from io_xfs import loop_xfs

BENCH = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(BENCH))
SCALE = os.path.join(BENCH, "scale")
DOCS = os.path.join(ROOT, "docs", "performance.md")
# All names that may be in a directory of the benchmark.
OWN = ("native", "storage", "index", "mounts", "copies", "composefs", "xfs", "xfs.image", ".checkpointfs-benchmark")


def say(text):
    print(text, flush=True)


def pattern(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from None


def arguments():
    parser = argparse.ArgumentParser(add_help=False, prog="benchmark")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--only", type=pattern, default=pattern(""))
    parser.add_argument("--runs", type=int)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--dir")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--write-docs", action="store_true")
    parser.add_argument("--from", dest="results", nargs="+")
    parser.add_argument("--program", required=True)
    parser.add_argument("--build", required=True)
    given = parser.parse_args()
    given.rows = [row for row in ROWS if given.only.search(row.key())]
    given.scale = os.path.exists(SCALE) and given.only.search("scale")
    if not given.rows and not given.scale:
        parser.error(f"--only {given.only.pattern}: there is no such row")
    given.runs = given.runs or (3 if given.quick else 5)
    if given.keep and not given.dir:
        parser.error("--keep needs --dir")
    if given.write_docs and not given.results and (given.quick or given.only.pattern):
        parser.error("--write-docs is for all of it: neither --quick nor --only")
    return given


@contextlib.contextmanager
def directory_for(given):
    """Where everything is made. Nothing but what this program made there is removed."""
    if given.dir is None:
        top = tempfile.mkdtemp(prefix="checkpointfs-benchmark.", dir="/var/tmp")
    else:
        top = os.path.abspath(given.dir)
        os.makedirs(top, exist_ok=True)
        if not set(os.listdir(top)) <= set(OWN):
            raise Failure(f"{top} has files that are not of this benchmark")
    lock = open(os.path.join(top, OWN[-1]), "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failure(f"{top} is in use by another benchmark") from None
    # Those that a killed one has left.
    unmount_below(top)
    try:
        yield top
    finally:
        with uninterrupted():
            unmount_below(top)
            if not given.keep:
                call(["rm", "-rf", "--one-file-system", top])


def rows_with_places(given, top, bench, stack, results):
    """All rows, or those that need no XFS."""
    if not any(row.to_xfs for row in given.rows):
        return given.rows
    try:
        bench.use_xfs(stack.enter_context(loop_xfs(top)))
        return given.rows
    except Failure as failure:
        bench.skip(f"copies to another file system, as there is no XFS here: {failure}")
        results["rows_left_out"] = [row.key() for row in given.rows if row.to_xfs]
        return [row for row in given.rows if not row.to_xfs]


def measure(given, top):
    data = Data(top, say)
    known = storages(given.quick)
    ours = Checkpointfs(data, given.program)
    results = {
        "date": datetime.date.today().isoformat(),
        "quick": given.quick,
        "runs": given.runs,
        "machine": machine(top),
        "left_out": [],
        "rows_left_out": [],
        "rows": [],
    }

    def skip(text):
        results["left_out"].append(text)
        say(f"skipped: {text}")

    drop_unused_inodes()
    bench = Bench(data, known, given.runs, 1 if given.quick else 3, skip)
    say(f"{machine_text(results['machine'])}\n{wake_up_text(results['machine'])}")
    subjects = None
    with contextlib.ExitStack() as stack:
        for row in rows_with_places(given, top, bench, stack, results):
            for name in filter(None, (row.storage, row.split)):
                prepare(data, known[name], ours)
            if subjects is None:
                subjects = find_subjects(data, known[row.storage], given.program, given.peers, skip)
                say("speed, native = 1: median (least to greatest) of the runs, each divided by the native one of its round\n")
            say(row_title(row.label(known)))
            results["rows"].append(bench.measure(row, subjects))
            say(row_text(results["rows"][-1]))
    say("\n" + states_text(results["rows"]))
    return results


def measure_scale(given, results):
    """What is not about copying has a program of its own, with a table of its own."""
    say("")
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", suffix=".json") as file:
        command = [SCALE, "--build", given.build, "--json", file.name, *(["--quick"] if given.quick else [])]
        if given.quick or not (shutil.which("javac") and shutil.which("mvn")):
            command += ["--flink", "none"]
        text = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as scale:
            for line in scale.stdout:
                text.append(line)
                sys.stdout.write(line)
                sys.stdout.flush()
        if scale.returncode != 0:
            raise Failure(f"exit code {scale.returncode}: {' '.join(command)}")
        results["scale"] = json.load(file)
        results["scale_text"] = "".join(text)


def run(given):
    # Some peers keep a descriptor of each file that the kernel knows.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if given.results:
        results = read_results(given.results)
        for row in results["rows"]:
            say(f"{row_title(row['work'])}\n{row_text(row)}")
        say("\n" + states_text(results["rows"]) + "\n" + results.get("scale_text", ""))
    else:
        with directory_for(given) as top:
            results = measure(given, top)
        if given.scale:
            measure_scale(given, results)
    if given.json:
        write_results(given.json, results)
    if given.write_docs:
        if results["quick"]:
            raise Failure("a quick run is not written to the documentation")
        if missing := missing_rows(results):
            raise Failure(f"--write-docs is for all of it, without these: {', '.join(missing)}")
        write_docs(DOCS, results)


def main():
    catch_interrupts()
    given = arguments()
    try:
        run(given)
    except (Failure, OSError, ValueError) as error:
        sys.exit(f"benchmark: {error}")


main()
