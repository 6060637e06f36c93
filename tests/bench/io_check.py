# SPDX-License-Identifier: Apache-2.0
"""Whether a benchmark has measured everything. It does not look at how fast anything was.

usage: io_check.py FILE   (what scripts/benchmark --json wrote)
"""
import json
import sys

from io_mounts import Native
from io_results import missing_rows
from io_table import OURS


def problems(results):
    for key in missing_rows(results):
        yield f"{key}: there is no result"
    for row in results["rows"]:
        names = [subject["name"] for subject in row["subjects"]]
        if OURS not in names or len(names) < 2:
            yield f"{row['key']}: measured were only {names}"
        if names[0] != Native.name and not row["key"].startswith("huge-split"):
            yield f"{row['key']}: compared with {names[0]}"
        for subject in row["subjects"]:
            if len(subject["runs"]) < results["runs"] // 2 + 1:
                yield f"{row['key']}: {len(subject['runs'])} runs of {subject['name']}"
            if min(subject["ratio"].values()) <= 0 or min(run["wall"] for run in subject["runs"]) <= 0:
                yield f"{row['key']}: {subject['name']} took no time"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(problems(json.load(file)))
    for problem in found:
        print(f"benchmark: {problem}", file=sys.stderr)
    sys.exit(1 if found else 0)


main()
