# SPDX-License-Identifier: Apache-2.0
"""What the tables of tests/flink share: lines of results, and a page that has a table between two marker comments."""
import pathlib
import sys


def read(path):
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines() if pathlib.Path(path).exists() else []
    return [line for line in lines if line and not line.startswith("#")]


def minor(version):
    """1.20.5 -> 1.20"""
    return ".".join(version.split(".")[:2])


def write_or_check(action, table, what, markers, results, page):
    """write: sorts the file of results and puts the table into the page. check: prints the table's problems, and exits."""
    begin, end = markers
    lines = "".join(line + "\n" for line in table.sorted_lines())
    old = pathlib.Path(page).read_text(encoding="utf-8")
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    new = f"{before}{begin}\n\n{table.table()}\n\n{end}{after}"
    if action == "write":
        pathlib.Path(results).write_text(lines, encoding="utf-8")
        pathlib.Path(page).write_text(new, encoding="utf-8")
        return
    if old != new:
        table.problems.append(f"{page} differs from what {results} says; scripts/flink-matrix --table writes it")
    for problem in table.problems:
        print(problem, file=sys.stderr)
    print(f"{len(table.results)} {what}, {len(table.problems)} problems")
    sys.exit(1 if table.problems else 0)
