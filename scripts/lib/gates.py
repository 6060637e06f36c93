#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs what a change must hold, in a tree that is built, and prints a table: gates.py [--scale] [ROW...]"""
import argparse
import os
import re
import subprocess
import sys
import time

EXPORT = "build/tests/export/export-tests"
REMOVAL, MOUNT = "build/tests/removal/removal-tests", "build/tests/mount/mount-tests"
MEMORY_TMP = {"TMPDIR": "/dev/shm"} if os.path.isdir("/dev/shm") else {}
SOAK = r"^(?:hybrid|push|plain): 64 readers, .* with (\d+) MiB verified"


class Row:
    """`figure`: where the output has numbers, which are added up; the least that their sum must be. Where the
    expression has a second group, that is what the first must reach."""

    def __init__(self, name, what, command, figure, least, times=1, unit="", most=None, **environment):
        self.name, self.what, self.command, self.figure = name, what, command, figure
        self.least, self.times, self.unit, self.most, self.environment = least, times, unit, most, environment

    def run(self):
        """(figure as text, held)"""
        done = subprocess.run(self.command, env={**os.environ, **self.environment}, capture_output=True, text=True,
                              errors="replace", check=False, timeout=3600)
        found = [match.groups() for match in re.finditer(self.figure, done.stdout, re.MULTILINE)]
        skipped = re.findall(r"^\[  SKIPPED \] (\w\S*\.\S+)$", done.stdout, re.MULTILINE)
        held = done.returncode == 0 and len(found) >= self.times and not skipped
        if not held:
            sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        if not found:
            return "not run" if skipped else "no figure", False
        value = sum(float(groups[0]) for groups in found)
        text = f"{value:g}" if value % 1 else f"{value:,.0f}"
        if len(found[0]) > 1:
            whole = sum(float(groups[1]) for groups in found)
            return f"{text} of {whole:,.0f}", held and value == whole and whole >= self.least
        enough = value <= self.most if self.most is not None else value >= self.least
        return text + self.unit, held and enough

    def goal(self):
        if self.most is not None:
            return f"at most {self.most}{self.unit}"
        return f"all, at least {self.least}" if "(\\d+) of (\\d+)" in self.figure else f"{self.least:,}{self.unit}"


def tests(program, pattern):
    return [program, f"--gtest_filter={pattern}"]


ROWS = [
    Row("kills", "kill -9 during rm, gc, restore, purge: one more run ends as planned", tests(REMOVAL, "Crash.*"),
        r"^kill -9 [^:]*: (\d+)$", 200, 2, **MEMORY_TMP),
    Row("cuts", "power cuts: no acknowledged step lost", tests(REMOVAL, "PowerCut.*"), r"^power cuts [^:]*: (\d+)$", 20),
    Row("faults", "a fault at every call of rm, gc, restore, purge, 4 errors each", tests(REMOVAL, "*Fault*"),
        r"^faults \([^)]*\) [^:]*: (\d+)$", 400, 4, **MEMORY_TMP),
    Row("histories", "random histories with removals: every retained snapshot resolves", tests(REMOVAL, "Simulation.*"),
        r"^random histories: (\d+),", 1000, **MEMORY_TMP),
    Row("rules", "rules whose breaking makes a test fail", ["tests/removal/rules-bite", REMOVAL, "src/removal/model/rules.h"],
        r"^rules whose [^:]*: (\d+) of (\d+)$", 25, **MEMORY_TMP),
    Row("attacks", "attacks by an ordinary user on root's commands: none succeeds", tests(REMOVAL, "Attacker.*"),
        r"^attacks: (\d+), none succeeded$", 25, **MEMORY_TMP),
    Row("errno", "errno of modifying calls, equal to a read-only ext4", tests(MOUNT, "ReadOnly.every_modifying_call_has*"),
        r"^modifying calls [^:]* ext4: (\d+) of (\d+)$", 20),
    Row("readers", "64 readers for 30 s, bytes verified while sources change", tests(MOUNT, "*Soak*"), SOAK, 1, 3, " MiB",
        CHECKPOINTFS_SOAK="30 64"),
    Row("signals", "starts and stops with a signal at a random moment: no mount left", tests(MOUNT, "*RandomSignals*"),
        r"^starts and stops [^:]*: (\d+),", 60, 2),
    Row("race", "symlink race against a canary outside of the source", tests(MOUNT, "HostileRace.*"),
        r"^symlink race: (\d+) s,", 10, 1, " s", CHECKPOINTFS_RACE_SECONDS="10"),
    Row("export", "kill -9 during an export, at each call and at random: one more run finishes",
        tests(EXPORT, "ExportCrash.*"), r"^kill -9 [^:]*: (\d+)$", 300, 3, **MEMORY_TMP),
    Row("export-cuts", "power cuts during an export: what was done is whole", tests(EXPORT, "ExportPowerCut.*"),
        r"^power cuts [^:]*: (\d+)$", 20),
    Row("export-faults", "a fault at every call of an export, 2 errors each", tests(EXPORT, "*ExportFault*"),
        r"^faults \([^)]*\) [^:]*: (\d+)$", 400, 2, **MEMORY_TMP),
]  # fmt: skip
SCALE = [
    Row("memory", "resident memory of a mount of 1 million references",
        ["tests/bench/scale", "--only", "memory", "--flink", "none"],
        r"^memory of the mount after find, 1000000 references +[\d.]+ +([\d.]+)", 0, 1, " MB", 64),
    Row("plan-memory", "highest memory of a plan of gc over 1 million references",
        ["tests/bench/references", "1", "--only", "index,gc"],
        r"^gc, plan of a clean storage +[\d.]+ +[\d.]+ +\d+ +(\d+)$", 0, 1, " MB", 128),
    Row("export-memory", "highest memory of an export of 1 million references",
        ["tests/bench/scale", "--only", "export-memory", "--flink", "none"],
        r"^memory of an export of 1000000 references +[\d.]+ +([\d.]+)", 0, 1, " MB", 64),
    Row("export-memory-one", "highest memory of an export of one snapshot of 1 million files",
        ["tests/bench/scale", "--only", "export-memory-one", "--flink", "none"],
        r"^memory of an export of one snapshot of 1000000 files +[\d.]+ +([\d.]+)", 0, 1, " MB", 64),
]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    arguments = parser.parse_args()
    if unknown := set(arguments.rows) - {row.name for row in [*ROWS, *SCALE]}:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    os.environ["CHECKPOINTFS"] = os.path.abspath("build/src/cli/checkpointfs")
    os.environ["CHECKPOINTFS_TEST_DATA"] = os.path.abspath("tests/data")
    chosen = [row for row in ROWS if not arguments.rows or row.name in arguments.rows]
    missed = 0
    print(f"{'':<72} {'goal':>16} {'figure':>14} {'':<8} seconds")
    for row in chosen + [row for row in SCALE if arguments.scale or row.name in arguments.rows]:
        begin = time.monotonic()
        figure, held = row.run()
        missed += not held
        print(f"{row.what:<72} {row.goal():>16} {figure:>14} {'held' if held else 'NOT HELD':<8} "
              f"{time.monotonic() - begin:7.0f}", flush=True)  # fmt: skip
    if missed:
        sys.exit(f"{missed} not held")


if __name__ == "__main__":
    main()
