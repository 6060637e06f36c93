# SPDX-License-Identifier: Apache-2.0
"""The table of tests/bench/state in docs/performance.md."""
import datetime
import statistics

from state_rows import rows
from table_rows import replace_between

BEGIN = "<!-- state: begin (scripts/benchmark --state --write-docs) -->"
END = "<!-- state: end -->"


def figures(row):
    values = row["values"]
    digits = 0 if row["unit"] == "MB" else 1 if row["unit"] == "x" else 2
    if row["unit"] == "ms":
        digits = 0
    least, median, most = (f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{median} {row['unit']}" if least == most else f"{median} {row['unit']} ({least} to {most})"


def goal(row):
    if row["goal"] is None:
        return ""
    median = statistics.median(row["values"])
    met = median <= row["goal"] if row["most"] else median >= row["goal"]
    return f"at {'most' if row['most'] else 'least'} {row['goal']:g}: {'met' if met else 'missed'}"


def markdown(results):
    load = results["load"]
    date = datetime.date.today().isoformat()
    lines = [f"Measured on {date}, {results['processors']} processors, load {min(load):.0f} to {max(load):.0f}.", "",
             "| work | median (least to most) | goal |", "|---|---|---|"]
    lines += [f"| {row['what']} | {figures(row)} | {goal(row)} |" for row in rows(results)]
    return "\n".join(lines)


def write_docs(path, results):
    replace_between(path, BEGIN, END, markdown(results))
