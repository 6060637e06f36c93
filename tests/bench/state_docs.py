# SPDX-License-Identifier: Apache-2.0
"""The table of tests/bench/state in docs/performance.md."""
import datetime
import re
import statistics

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
    lines += [f"| {row['what']} | {figures(row)} | {goal(row)} |" for row in results["rows"]]
    return "\n".join(lines)


def write_docs(path, results):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    made = f"{BEGIN}\n{markdown(results)}\n{END}"
    replaced, count = re.subn(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: made, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{path} has no place for the table of state")
    with open(path, "w", encoding="utf-8") as file:
        file.write(replaced)
