#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the table of state that was compared from the results of scripts/flink-matrix --state.

usage: flink_states.py write|check SCENARIOS VERSIONS RESULTS PAGE

SCENARIOS has lines of job, scenario; VERSIONS is the file in tests/flink; RESULTS has a line per cell: version, job, scenario, outcome. write: sorts
RESULTS, keeps of each cell the last line, and puts the tables into PAGE, between its two marker comments. check: exit code 1 if entries
differed, a cell has no result, or PAGE says something else than RESULTS.
"""
import re
import sys

from flink_tables import minor, read, write_or_check

BEGIN = "<!-- state: begin (scripts/flink-matrix --state) -->"
END = "<!-- state: end -->"
EQUAL = re.compile(r"(\d+) equal, of \d+ states(?:, (\d+) of them as bytes)?(?:; this Flink has no (.*))?")
LEFT_OUT = "left out: "


class States:
    def __init__(self, scenarios, versions, results):
        self.rows = [tuple(line.split("\t")) for line in read(scenarios)]
        self.versions = [line.split()[0] for line in read(versions)]
        self.results = {}
        for line in read(results):
            *cell, outcome = line.split("\t")
            self.results[tuple(cell)] = outcome
        self.problems = [" ".join(cell) + ": not in the table" for cell in self.results if cell[0] not in self.versions or cell[1:] not in self.rows]
        self.absent = {}
        self.compared = self.opaque = 0

    def sorted_lines(self):
        index = lambda items, item: items.index(item) if item in items else -1
        place = lambda cell: (index(self.versions, cell[0]), index(self.rows, cell[1:]))
        return ["\t".join((*cell, self.results[cell])) for cell in sorted(self.results, key=place)]

    def cell(self, version, row):
        outcome = self.results.get((version, *row))
        if outcome is None:
            self.problems.append(f"no result: {version} {' '.join(row)}")
            return "not run"
        if outcome.startswith(LEFT_OUT):
            return outcome[len(LEFT_OUT):]
        equal = EQUAL.fullmatch(outcome)
        if not equal:
            self.problems.append(f"{version} {' '.join(row)}: {outcome}")
            return "DIFFERENT"
        self.compared += int(equal[1])
        self.opaque += int(equal[2] or 0)
        if equal[3]:
            self.absent[version] = equal[3]
        return equal[1]

    def table(self):
        lines = []
        for job in dict.fromkeys(job for job, _ in self.rows):
            lines += [f"State of the job {job}:", "", "| " + " | ".join(["", *map(minor, self.versions)]) + " |",
                      "| --- |" + " ---: |" * len(self.versions)]
            lines += ["| " + " | ".join([row[1], *(self.cell(version, row) for version in self.versions)]) + " |"
                      for row in self.rows if row[0] == job]
            lines.append("")
        lines.append(f"{self.compared} entries were compared, {self.opaque} of them values that are printed as bytes.")
        lines += [f"Flink {version} has no {absent}." for version, absent in self.absent.items()]
        lines.append("Versions: " + ", ".join(dict.fromkeys(line.split("\t")[0] for line in self.sorted_lines())) + ".")
        return "\n".join(lines)


def main():
    if len(sys.argv) != 6 or sys.argv[1] not in ("write", "check"):
        sys.exit(__doc__)
    action, scenarios, versions, results, page = sys.argv[1:]
    states = States(scenarios, versions, results)
    write_or_check(action, states, "results of state", (BEGIN, END), results, page)


if __name__ == "__main__":
    main()
